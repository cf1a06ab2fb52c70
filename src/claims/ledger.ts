import { C1 } from './c1.js';
import { C2 } from './c2.js';
import { C3 } from './c3.js';
import { C4 } from './c4.js';
import { C5 } from './c5.js';
import { C6 } from './c6.js';
import { C7 } from './c7.js';
import { C8 } from './c8.js';
import { C9 } from './c9.js';
import { C10 } from './c10.js';
import { C11 } from './c11.js';
import { C12 } from './c12.js';
import { C13 } from './c13.js';
import { C14 } from './c14.js';
import { C15 } from './c15.js';
import type { Claim } from './claim.js';

/** All claims, in the order of the ledger. */
export const CLAIMS: readonly Claim[] = [C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15];
