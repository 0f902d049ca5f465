# SPDX-License-Identifier: LGPL-2.1-or-later
# brew install --HEAD ./gst-plugins-openai.rb
class GstPluginsOpenai < Formula
  desc "GStreamer elements for speech over the OpenAI audio API"
  homepage "https://gst-plugins-openai.invalid"
  license all_of: ["LGPL-2.1-or-later", "MIT"]
  head "https://gst-plugins-openai.invalid/gst-plugins-openai.git", branch: "main"

  depends_on "gettext" => :build
  depends_on "meson" => :build
  depends_on "ninja" => :build
  depends_on "pkgconf" => :build
  depends_on "brotli"
  depends_on "flac"
  depends_on "glib"
  depends_on "glib-networking"
  depends_on "gstreamer"
  depends_on "json-glib"
  depends_on "libopusenc"
  depends_on "libsoup"
  depends_on "qrencode"

  def install
    system "meson", "setup", "build", "-Dexamples=disabled", "-Dtests=disabled", *std_meson_args
    system "meson", "compile", "-C", "build"
    system "meson", "install", "-C", "build"
  end

  test do
    ENV["GST_PLUGIN_PATH"] = lib/"gstreamer-1.0"
    system Formula["gstreamer"].opt_bin/"gst-inspect-1.0", "openaistt"
  end
end
