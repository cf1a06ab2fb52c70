/** TensorFlow.js. Every other file takes `tf` from here, so that one place decides which copy the project runs on. */
import * as tf from '@tensorflow/tfjs';

export { tf };
