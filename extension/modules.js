// The background's Wasm modules, each with a memory of its own: loads them when they are asked something, and says whose a
// message is by the list that scripts/build writes (scripts/routes.rs). What is to be done is decided in Rust.

import startGuard, * as guard from './wasm/background.js';
import { alarms, messages } from './wasm/routes.js';
import startVault, * as vault from './wasm/vault.js';

/**
 * @template {{__wbg_reset_state: () => void, start?: () => Promise<void>}} Exports
 */
class Module {
  /**
   * Calls that it has not answered yet: when it fails, they are answered with the failure.
   * @type {Set<(reason: unknown) => void>}
   */
  open = new Set();

  instantiated = false;

  /**
   * The instance; undefined after a failure, until the next call.
   * @type {Promise<void> | undefined}
   */
  ready;

  /**
   * @param {string} name as in the package's `wasm` folder
   * @param {Exports} exports
   * @param {(options: {module_or_path: string}) => Promise<unknown>} instantiate
   */
  constructor(name, exports, instantiate) {
    this.name = name;
    this.exports = exports;
    this.instantiate = instantiate;
  }

  async load() {
    if (this.instantiated) {
      this.exports.__wbg_reset_state();
    } else {
      await this.instantiate({ module_or_path: chrome.runtime.getURL(`wasm/${this.name}_bg.wasm`) });
      this.instantiated = true;
    }
    await this.exports.start?.();
  }

  /**
   * One call of the module.
   *
   * @template T
   * @param {(exports: Exports) => Promise<T>} run
   * @returns {Promise<T>}
   */
  call(run) {
    this.ready ??= this.load();
    const done = this.ready.then(() => run(this.exports));
    /** @type {Promise<T>} */
    const first = new Promise((resolve, reject) => {
      this.open.add(reject);
      done.then(resolve, (reason) => this.fail(reason)).finally(() => this.open.delete(reject));
    });
    return first;
  }

  /**
   * A module that trapped is in no known state: the next call gets a fresh one. Whoever waits for this one is told that it
   * failed, which a frame takes for "the guard is on".
   *
   * @param {unknown} reason
   */
  fail(reason) {
    this.ready = undefined;
    for (const reject of this.open) reject(reason);
    this.open.clear();
  }
}

/** Tabs, frames and windows: the guard, and asking for a fill. */
export const guardModule = new Module('background', guard, startGuard);
/** Everything that is secret. */
export const vaultModule = new Module('vault', vault, startVault);

/**
 * A message of a frame or a page.
 *
 * @param {{type?: unknown} | undefined} message
 * @param {chrome.runtime.MessageSender} sender
 */
export const message = (message, sender) =>
  (messages.has(String(message?.type)) ? guardModule : vaultModule).call((module) => module.message(message, sender));

/** @param {string} name of an alarm that rang */
export const alarm = (name) => (alarms.has(name) ? vaultModule : guardModule).call((module) => module.alarm(name));

/** What the guard's module asks the vault's. @param {unknown} message */
export const toVault = (message) => vaultModule.call((module) => module.call(message));
/** What the vault's module asks the guard's. @param {unknown} message */
export const toGuard = (message) => guardModule.call((module) => module.call(message));

/**
 * A trap in a call that had been waiting for the browser reaches nobody but the listener for errors; the promise of the call
 * would stay open forever. The stack says whose it is; an error that is nobody's is everybody's.
 *
 * @param {unknown} error
 */
export function failed(error) {
  const { message, stack = '' } = error instanceof Error ? error : {};
  // A call of the browser came back for an instance that is gone: nothing is wrong with the present one.
  if (message === 'Cannot invoke closure from previous WASM instance') return;
  const all = [guardModule, vaultModule];
  const hit = all.filter(({ name }) => stack.includes(`wasm/${name}.js`));
  for (const module of hit.length > 0 ? hit : all) module.fail(error);
}
