// The modules that scripts/build writes beside the scripts: what `#[wasm_bindgen]` exports in src/bin.

declare module '*/wasm/background.js' {
  export default function init(options: { module_or_path: string }): Promise<unknown>;
  export function start(): Promise<void>;
  export function message(message: unknown, sender: chrome.runtime.MessageSender): Promise<object>;
  export function call(message: unknown): Promise<object>;
  export function alarm(name: string): Promise<void>;
  export function windowClosed(window: number): Promise<void>;
  export function fillAsked(tab: number, byMenu: boolean): Promise<void>;
  export function tabMoves(tab: number): Promise<void>;
  export function tabClosed(tab: number): Promise<void>;
  export function ownKeys(): Promise<Uint8Array>;
  /** A sender, its keys, and those of them that are the person's own, `null` for others. */
  type Sent = [tab: number, origin: string | undefined, isPrivate: boolean, detectors: Uint16Array, own: (Uint8Array | null)[]];
  export function leaving(...sent: Sent): Uint16Array;
  export function gone(...sent: [...Sent, to: string, stopped: boolean]): Promise<void>;
  /** Replaces the instance by a fresh one, without state. */
  export function __wbg_reset_state(): void;
}

declare module '*/wasm/vault.js' {
  export default function init(options: { module_or_path: string }): Promise<unknown>;
  export function message(message: unknown, sender: chrome.runtime.MessageSender): Promise<object>;
  export function call(message: unknown): Promise<object>;
  export function alarm(name: string): Promise<void>;
  export function idleState(state: string): Promise<void>;
  export function lockAsked(): Promise<void>;
  /** Replaces the instance by a fresh one, without state. */
  export function __wbg_reset_state(): void;
}

declare module '*/wasm/routes.js' {
  /** Types of messages that are the guard's; every other one is the vault's. */
  export const messages: Set<string>;
  /** Names of alarms that are the vault's; every other one is the guard's. */
  export const alarms: Set<string>;
}

declare module '*/wasm/files.js' {
  export default function init(options: { module_or_path: string }): Promise<unknown>;
  export function leaving(to: string, texts: string[], own: Uint8Array): [detector: number, own: string | null][];
  export class Look {
    constructor(origin: string);
    push(piece: Uint8Array): boolean;
    finish(): object;
    free(): void;
  }
}
