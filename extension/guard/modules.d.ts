/** The scanner's exports, whatever carries them (docs/architecture.md, "The scanner's C ABI"). */
declare module "scanner-carrier" {
  export interface Scanner {
    memory: { readonly buffer: ArrayBuffer };
    input(): number;
    input_bytes(): number;
    set_page(length: number): void;
    set_own_keys(length: number): void;
    set_harmless(length: number): void;
    scan(length: number, more: number): number;
    settled(): number;
    findings(): number;
    more_findings(): number;
    replace(index: number): number;
    replaced_start(): number;
    replaced_end(): number;
    output(): number;
  }
  export function instantiate(): Scanner;
}

/** The bytes of the scanner, unpacked at each call. */
declare module "scanner.wasm" {
  export default function bytes(): Uint8Array<ArrayBuffer>;
}

/** `scanner.wasm` as binaryen's `wasm2js` translates it. */
declare module "scanner-translated" {
  export function instantiate(): import("scanner-carrier").Scanner;
}

/** A style sheet, which the build gives as text without its comments and spaces. */
declare module "*.css" {
  const text: string;
  export default text;
}
