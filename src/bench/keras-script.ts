/**
 * The contender in Python: the same network, optimizer and arrays in Keras, trained as its documentation has it. Kept
 * as text, since a package of compiled JavaScript has no place for Python files; its one argument is a KerasConfig as
 * JSON, and it speaks the protocol of contender.ts.
 */
export const KERAS_SCRIPT = `\
import gc, json, math, os, signal, sys, time

# Ctrl-C reaches the whole group of processes: the one that asks decides, and ends this one.
signal.signal(signal.SIGINT, signal.SIG_IGN)
answers, sys.stdout = sys.stdout, sys.stderr


def send(message):
    answers.write(json.dumps(message) + "\\n")
    answers.flush()


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


def main():
    config = json.loads(sys.argv[1])
    import keras, numpy, tensorflow

    keras.utils.set_random_seed(0)
    model = build(keras, config)
    x, y = arrays(numpy, config)
    batch, together = config["batchSize"], config["stepsPerExecution"]
    batches = len(x) // batch

    # What fit prepares before an epoch's first step is not timed: in repetitions as short as these it would weigh more
    # than in a training. The hook is one that leaves steps as they are; on_train_batch_end would slow them down.
    class Clock(keras.callbacks.Callback):
        seconds = 0.0
        began = None

        def on_train_batch_begin(self, batch, logs=None):
            if self.began is None:
                self.began = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds += time.perf_counter() - self.began
            self.began = None

    versions = {
        "python": sys.version.split()[0],
        "keras": keras.__version__,
        "tensorflow": tensorflow.__version__,
    }
    parameters = sum(int(numpy.prod(w.shape)) for w in model.trainable_weights)
    send({"ready": True, "parameters": parameters, "versions": versions})

    for line in iter(sys.stdin.readline, ""):
        steps = json.loads(line)["steps"]
        steps = min(batches, -(-steps // together) * together) if steps < batches else steps
        # What the last fit leaves to the collector, copies of all arrays, is no part of a training's memory.
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


try:
    main()
except Exception as error:
    send({"error": type(error).__name__ + ": " + str(error)[:2000]})
    sys.exit(1)
`;
