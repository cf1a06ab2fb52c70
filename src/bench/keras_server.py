"""The same network in Keras behind FastAPI, as its documents have it: POST /invocations with an image file.

Run by uvicorn with WHYCONV_WEIGHTS naming a file that `npm run export -- --to safetensors` has written.
"""

import io
import json
import os
import struct

import keras
import numpy as np
import tensorflow as tf
from fastapi import FastAPI, HTTPException, Request
from PIL import Image
from starlette.concurrency import run_in_threadpool

CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()


def read_weights(path):
    """The architecture and the tensors of a safetensors file."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
    return json.loads(metadata["spec"]), tensors


def build(spec, tensors):
    """The network with its weights; its layers are those of the study."""
    layers = {
        "flatten": lambda layer: keras.layers.Flatten(),
        "dense": lambda layer: keras.layers.Dense(layer["units"], activation=layer["activation"]),
        "conv2d": lambda layer: keras.layers.Conv2D(
            layer["filters"], layer["kernelSize"], padding="same", activation=layer["activation"]
        ),
        "maxPool2d": lambda layer: keras.layers.MaxPooling2D(layer["size"]),
        "globalAveragePool2d": lambda layer: keras.layers.GlobalAveragePooling2D(),
        "dropout": lambda layer: keras.layers.Dropout(layer["rate"]),
    }
    model = keras.Sequential([keras.Input(spec["inputShape"])] + [layers[each["kind"]](each) for each in spec["layers"]])
    model.set_weights(list(tensors.values()))
    return model


model = build(*read_weights(os.environ["WHYCONV_WEIGHTS"]))


@tf.function(input_signature=[tf.TensorSpec([None, 32, 32, 3], tf.float32)])
def predict(images):
    return tf.nn.softmax(model(images, training=False))


predict(tf.zeros([1, 32, 32, 3]))
app = FastAPI()


def answer(body):
    try:
        image = Image.open(io.BytesIO(body)).convert("RGB").resize((32, 32))
    except Exception as error:
        raise HTTPException(400, str(error)) from error
    pixels = np.asarray(image, np.float32)[None] / np.float32(255)
    probabilities = predict(tf.constant(pixels)).numpy()[0]
    best = int(probabilities.argmax())
    return {
        "predictions": [
            {
                "label": CLASSES[best],
                "probability": float(probabilities[best]),
                "probabilities": dict(zip(CLASSES, map(float, probabilities))),
            }
        ]
    }


@app.get("/ping")
async def ping():
    return {}


@app.post("/invocations")
async def invocations(request: Request):
    return await run_in_threadpool(answer, await request.body())
