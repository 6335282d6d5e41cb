/**
 * What the browser gave the page, taken before the page runs: whatever the page makes of its globals later, these stay.
 *
 * A function is put over a native one by a `Proxy` of it: name, length, own properties, the lack of a prototype and the error
 * of `new` are then the native's own. What would still tell is its text, and that comes from the native, too.
 */

export const { apply, construct } = Reflect;
const { getOwnPropertyDescriptor, defineProperty } = Object;
const ProxyOf = Proxy;
const getOf = WeakMap.prototype.get;
const setOf = WeakMap.prototype.set;

/** The native behind each proxy. @type {WeakMap<object, object>} */
const natives = new WeakMap();

/** @template {object} K @template V @param {WeakMap<K, V>} map @param {K} key @returns {V | undefined} */
export const get = (map, key) => apply(getOf, map, [key]);
/** @template {object} K @template V @param {WeakMap<K, V>} map @param {K} key @param {V} value */
export const set = (map, key, value) => apply(setOf, map, [key, value]);

/**
 * A method taken from its prototype, called with the object first.
 *
 * @param {(this: any, ...args: any[]) => any} method
 * @returns {(self: any, ...args: any[]) => any}
 */
export const taken = (method) => (self, ...args) => apply(method, self, args);

/**
 * A getter, taken in the same way; gives `undefined` for what is not of its kind, about which the native complains in its own words.
 *
 * @param {object} prototype @param {string} name
 * @returns {(self: any) => any}
 */
export const getter = (prototype, name) => {
  const found = getOwnPropertyDescriptor(prototype, name)?.get;
  return (self) => {
    try {
      return found && apply(found, self, []);
    } catch {
      return undefined;
    }
  };
};

const stackOf = getOwnPropertyDescriptor(Error.prototype, "stack");
const split = taken(String.prototype.split);
const includes = taken(String.prototype.includes);
const join = taken(Array.prototype.join);

/** This file, as stack traces name it: V8 by its address, Firefox as anonymous code. */
const own = /(?:[@(]|at )([^@(\n]+?):\d+:\d+/.exec(String(new Error().stack))?.[1] ?? "\0";

/**
 * Takes this file out of the stack trace of an error, so that the page reads what it would read without it.
 *
 * @template T @param {T} error @returns {T}
 */
export function clean(error) {
  try {
    /** @type {any} */
    const any = error;
    const stack = any?.stack;
    if (typeof stack !== "string" || !includes(stack, own)) return error;
    const lines = split(stack, "\n");
    /** @type {string[]} */
    const left = [];
    for (let index = 0; index < lines.length; index++) if (!includes(lines[index], own)) left[left.length] = lines[index];
    const value = join(left, "\n");
    if (stackOf?.set) apply(stackOf.set, any, [value]);
    else any.stack = value;
  } catch {
    // A stack that cannot be written stays.
  }
  return error;
}

const ErrorOf = Error;

/**
 * Calls with room for the frames of this file in a stack trace, which `clean` takes out again: the page's own are to be as
 * many as without them.
 *
 * @template T @param {() => T} call @returns {T}
 */
function withRoom(call) {
  // V8 only.
  const limit = /** @type {any} */ (ErrorOf).stackTraceLimit;
  if (typeof limit !== "number") return call();
  try {
    /** @type {any} */ (ErrorOf).stackTraceLimit = limit + FRAMES;
    return call();
  } catch (error) {
    throw clean(error);
  } finally {
    /** @type {any} */ (ErrorOf).stackTraceLimit = limit;
  }
}

/** From a trap to the native. */
const FRAMES = 4;

/**
 * Puts a function over a native one.
 *
 * @param {any} owner
 * @param {string} name
 * @param {(native: any, self: any, args: any[]) => unknown} call
 * @param {(native: any, args: any[], target: any) => object} [make] for constructors
 */
export function cover(owner, name, call, make) {
  const descriptor = owner && getOwnPropertyDescriptor(owner, name);
  const native = descriptor?.value;
  if (typeof native !== "function" || !descriptor?.configurable) return;
  /** @type {ProxyHandler<any>} */
  const handler = {
    // @ts-ignore: no prototype, so that nothing that the page puts on `Object.prototype` becomes a trap
    __proto__: null,
    apply(_, self, args) {
      try {
        return withRoom(() => call(native, self, args));
      } catch (error) {
        throw clean(error);
      }
    },
  };
  if (make) {
    handler.construct = (_, args, target) => {
      try {
        return withRoom(() => make(native, args, target === proxy ? native : target));
      } catch (error) {
        throw clean(error);
      }
    };
  }
  const proxy = new ProxyOf(native, handler);
  set(natives, proxy, native);
  defineProperty(owner, name, { ...descriptor, value: proxy });
  const prototype = make && native.prototype;
  if (prototype) defineProperty(prototype, "constructor", { ...getOwnPropertyDescriptor(prototype, "constructor"), value: proxy });
}

/** What `cover` makes has the text of the native. */
export function coverTexts() {
  cover(Function.prototype, "toString", (native, self, args) => {
    const behind = self !== null && typeof self === "function" ? get(natives, self) : undefined;
    return apply(native, behind ?? self, args);
  });
}
