/**
 * P(T <= t) of Student's t distribution with a whole number of degrees of freedom, by the finite sums of
 * Abramowitz & Stegun (1964), 26.7.3 and 26.7.4.
 */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  checkDegrees(degreesOfFreedom);
  const theta = Math.atan(Math.abs(t) / Math.sqrt(degreesOfFreedom));
  const central =
    degreesOfFreedom % 2 === 1 ? oddSum(theta, degreesOfFreedom) : evenSum(theta, degreesOfFreedom);
  return t < 0 ? (1 - central) / 2 : (1 + central) / 2;
}

/** The t with P(T <= t) = p, 0 < p < 1, found by bisection: absolute error below 1e-12 times max(1, |t|). */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  checkDegrees(degreesOfFreedom);
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability strictly between 0 and 1 is needed, not ${p}`);
  if (p < 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  let low = 0;
  let high = 1;
  while (studentTCdf(high, degreesOfFreedom) < p) high *= 2;
  while (high - low > 1e-12 * Math.max(1, high)) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, degreesOfFreedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| <= t) for odd degrees: 2/pi (theta + sin theta (cos theta + 2/3 cos^3 theta + ...)). */
function oddSum(theta: number, degreesOfFreedom: number): number {
  const cosine = Math.cos(theta);
  let term = cosine;
  let sum = 0;
  for (let k = 1; k <= degreesOfFreedom - 2; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * cosine ** 2;
  }
  return (2 / Math.PI) * (theta + Math.sin(theta) * sum);
}

/** P(|T| <= t) for even degrees: sin theta (1 + 1/2 cos^2 theta + (1*3)/(2*4) cos^4 theta + ...). */
function evenSum(theta: number, degreesOfFreedom: number): number {
  let term = 1;
  let sum = 0;
  for (let k = 0; k <= degreesOfFreedom - 2; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * Math.cos(theta) ** 2;
  }
  return Math.sin(theta) * sum;
}

function checkDegrees(degreesOfFreedom: number): void {
  if (Number.isInteger(degreesOfFreedom) && degreesOfFreedom > 0) return;
  throw new RangeError(`degrees of freedom are a whole number above 0, not ${degreesOfFreedom}`);
}
