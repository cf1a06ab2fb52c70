"""The benchmark's contender in Python: the same network, optimizer and arrays in Keras, trained as its documentation
shows. The only argument is a configuration as JSON (keras.ts); messages are those of contender.ts.
`--versions` instead prints the versions of Python, Keras and TensorFlow as JSON and exits."""

import gc, json, math, os, signal, sys, time

# Ctrl-C reaches the whole process group: the benchmark handles it and ends this process.
signal.signal(signal.SIGINT, signal.SIG_IGN)
# Libraries print to stdout too; only messages may arrive there.
answers, sys.stdout = sys.stdout, sys.stderr


def send(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def versions():
    import keras, tensorflow

    return {
        "python": sys.version.split()[0],
        "keras": keras.__version__,
        "tensorflow": tensorflow.__version__,
    }


def peak_memory():
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def build(keras, config):
    layers = keras.layers
    makers = {
        "flatten": lambda l: layers.Flatten(),
        "dense": lambda l: layers.Dense(l["units"], activation=l["activation"]),
        "conv2d": lambda l: layers.Conv2D(
            l["filters"], l["kernelSize"], padding="same", activation=l["activation"]
        ),
        "maxPool2d": lambda l: layers.MaxPooling2D(l["size"]),
        "globalAveragePool2d": lambda l: layers.GlobalAveragePooling2D(),
        "dropout": lambda l: layers.Dropout(l["rate"]),
    }
    chosen = [makers[layer["kind"]](layer) for layer in config["layers"]]
    model = keras.Sequential([keras.Input(config["inputShape"]), *chosen])
    adam = config["optimizer"]
    model.compile(
        optimizer=keras.optimizers.Adam(
            adam["learningRate"], adam["beta1"], adam["beta2"], adam["epsilon"]
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=config["stepsPerExecution"],
    )
    return model


def arrays(numpy, config):
    images = numpy.fromfile(os.path.join(config["folder"], "images.bin"), dtype="uint8")
    x = images.reshape(-1, *config["inputShape"]).astype("float32")
    x /= 255
    y = numpy.fromfile(os.path.join(config["folder"], "labels.bin"), dtype="uint8")
    return x, y.astype("int32")


def main(config):
    import keras, numpy

    keras.utils.set_random_seed(0)
    model = build(keras, config)
    x, y = arrays(numpy, config)
    batch, together = config["batchSize"], config["stepsPerExecution"]
    batches = len(x) // batch

    # fit's preparation before the first step of an epoch is not timed: in such short repetitions it would weigh more
    # than in a real run. on_train_batch_begin leaves the steps as they are; on_train_batch_end would slow them down.
    class Clock(keras.callbacks.Callback):
        seconds = 0.0
        began = None

        def on_train_batch_begin(self, batch, logs=None):
            if self.began is None:
                self.began = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds += time.perf_counter() - self.began
            self.began = None

    parameters = sum(int(numpy.prod(w.shape)) for w in model.trainable_weights)
    send({"ready": True, "parameters": parameters, "versions": versions()})

    for line in iter(sys.stdin.readline, ""):
        steps = json.loads(line)["steps"]
        steps = min(batches, -(-steps // together) * together) if steps < batches else steps
        # The previous fit leaves copies of all arrays to the collector, which a single run would not hold.
        gc.collect()
        clock = Clock()
        before = int(model.optimizer.iterations.numpy())
        history = model.fit(
            x,
            y,
            batch_size=batch,
            epochs=max(1, round(steps / batches)),
            steps_per_epoch=steps if steps < batches else None,
            verbose=0,
            callbacks=[clock],
        ).history
        done = int(model.optimizer.iterations.numpy()) - before
        loss = float(history["loss"][-1])
        send(
            {
                "work": done * batch,
                "seconds": clock.seconds,
                "loss": loss if math.isfinite(loss) else None,
                "peakMemoryBytes": peak_memory(),
            }
        )


if sys.argv[1] == "--versions":
    send(versions())
    sys.exit()
try:
    main(json.loads(sys.argv[1]))
except Exception as error:
    send({"error": type(error).__name__ + ": " + str(error)[:2000]})
    sys.exit(1)
