/** TensorFlow.js. Every other file imports `tf` from here, so that one place decides which copy the project uses. */
import * as tf from '@tensorflow/tfjs';

export { tf };
