# SPDX-License-Identifier: LGPL-2.1-or-later
# nix build 'git+file:.?dir=packaging/nix'
{
  description = "GStreamer elements for speech over the OpenAI audio API";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.stdenv.mkDerivation {
          pname = "gst-plugins-openai";
          version = "0.2.0";
          src = ../..;
          nativeBuildInputs = with pkgs; [ gettext meson ninja pkg-config ];
          buildInputs = with pkgs; [
            brotli
            flac
            glib-networking
            gst_all_1.gst-plugins-base
            gst_all_1.gstreamer
            json-glib
            libopusenc
            libsoup_3
            qrencode
          ];
          mesonFlags = [ "-Dexamples=disabled" "-Dtests=disabled" ];
          meta = {
            description = "GStreamer elements for speech over the OpenAI audio API";
            license = with pkgs.lib.licenses; [ lgpl21Plus mit ];
            platforms = systems;
          };
        };
      });
    };
}
