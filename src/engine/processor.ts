import { readFileSync } from 'node:fs';

/**
 * Whether the processor has instructions for bfloat16, by what Linux says of it; false where that cannot be known.
 *
 * @example
 * ```ts
 * import { processorHasBfloat16 } from 'whyconv';
 *
 * processorHasBfloat16('flags : fpu avx2 avx512_bf16'); // => true
 * processorHasBfloat16('flags : fpu avx2'); // => false
 * ```
 */
export function processorHasBfloat16(cpuinfo = readCpuinfo()): boolean {
  return /^flags\s*:.*\b(avx512_bf16|amx_bf16)\b/m.test(cpuinfo);
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
