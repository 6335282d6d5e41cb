// How long a person waits for the vault: in the built background module, with a browser that answers at once
// (tests/background/browser.mjs), so that what is measured is the module's own.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './measure.mjs';

/** What unlocking may take, and the first fill behind it, in ms. */
const UNLOCK_MS = 1000;
const FIRST_FILL_MS = 200;

/** @param {import('./parts.mjs').Places} places @returns {import('./report.mjs').Row[]} */
export function vault({ root }) {
  const script = join(root, 'scripts/bench.d/vault-node.mjs');
  /** @type {{unlock: number[], fill: number[], memory: number, passes: number}} */
  const { unlock, fill, memory, passes } = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
  const note = `median of ${unlock.length}`;
  return [
    {
      id: 'vault.unlock', what: 'unlocking, with the cost that was measured when the vault was made', value: median(unlock), unit: 'ms',
      better: 'lower', bar: UNLOCK_MS, note: `${note}; Argon2id with ${memory / 1024} MiB and ${passes} passes`,
    },
    {
      id: 'vault.firstFill', what: 'from the confirmation to the key in the frame, the first time behind unlocking', value: median(fill),
      unit: 'ms', better: 'lower', bar: FIRST_FILL_MS, note: `${note}; a background that was started anew`,
    },
  ];
}
