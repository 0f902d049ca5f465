#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Makes weights.bin of the network in PyPI's silero-vad 6.2.3 (MIT):

    pip install --no-deps silero-vad==6.2.3; pip install onnx numpy
    convert.py SITE-PACKAGES/silero_vad/data/silero_vad_16k_op15.onnx weights.bin

weights.bin: "voicenet", version, size of what follows, FNV-1a of it, 0 (32 bit each), and
for each layer, the last sum too: what is added to each output, then for each output the
scales of its weights, one for 32 of them (32 bit floats), and last the weights, a row for
each output (16 bit integers); all little-endian.
What is never multiplied by anything but zero is left out, and the two biases of the LSTM
are one. The spectra need no weights."""

import hashlib
import struct
import sys

import numpy
import onnx
from onnx import numpy_helper

SHA256 = "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"
VERSION = 3
GROUP = 32
# Which of the three times of a kernel there are in a frame.
CONVOLUTIONS = (("encoder.0", (0, 1, 2)), ("encoder.1", (0, 1, 2)), ("encoder.2", (1, 2)),
                ("encoder.3", (1,)))


def read_tensors(path):
    data = open(path, "rb").read()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        sys.exit(f"{path} is not the network of 6.2.3: its SHA-256 is {found}")
    graph = onnx.load_model_from_string(data).graph
    return {tensor.name.removeprefix("model."): numpy_helper.to_array(tensor)
            for tensor in graph.initializer}


def list_layers(tensors):
    """Yields rows of weights and what is added."""
    for name, times in CONVOLUTIONS:
        weights = tensors[f"{name}.reparam_conv.weight"]  # outputs, inputs, times
        rows = weights[:, :, times].transpose(0, 2, 1).reshape(len(weights), -1)
        yield rows, tensors[f"{name}.reparam_conv.bias"]
    cell = {part: tensors[f"decoder.rnn.{part}"]
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    yield (numpy.concatenate((cell["weight_ih"], cell["weight_hh"]), axis=1),
           cell["bias_ih"] + cell["bias_hh"])
    yield tensors["decoder.decoder.2.weight"].reshape(1, -1), tensors["decoder.decoder.2.bias"]


def encode(rows, bias):
    count = -(-rows.shape[1] // GROUP)
    padded = numpy.pad(rows, ((0, 0), (0, count * GROUP - rows.shape[1])))
    groups = padded.reshape(len(rows), count, GROUP)
    scales = abs(groups).max(axis=2).astype("<f4") / numpy.float32(32767)
    weights = numpy.round(groups / scales[:, :, None]).reshape(padded.shape)
    return (bias.astype("<f4").tobytes() + scales.tobytes()
            + weights[:, :rows.shape[1]].astype("<i2").tobytes())


def checksum(data):
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 % 2 ** 32
    return value


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    data = b"".join(encode(*layer) for layer in list_layers(read_tensors(sys.argv[1])))
    with open(sys.argv[2], "wb") as out:
        out.write(b"voicenet" + struct.pack("<4I", VERSION, len(data), checksum(data), 0) + data)


main()
