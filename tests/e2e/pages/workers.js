// Ways to send that no script in the page's world sees: `ways[name](mark, text)` gives how it went, `send` keeps it in `said`.
{
  /** @param {string} mark @param {string} text */
  const address = (mark, text) => `/collect?mark=${mark}&text=${encodeURIComponent(text)}`;
  /** @param {MessagePort | Worker | ServiceWorker} port @param {EventTarget} from @param {object} message */
  const through = (port, from, message) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      port.postMessage(message, [port2]);
    });
  /** @type {Worker | undefined} */
  let worker;
  /** @param {string} how @param {string} mark @param {string} text */
  const byWorker = (how, mark, text) => {
    worker ??= new Worker("/worker.js");
    return through(worker, worker, { how, mark, text });
  };
  /** @param {string} tag @param {string} attribute @param {string} mark @param {string} text */
  const byElement = (tag, attribute, mark, text) =>
    new Promise((resolve) => {
      const element = document.createElement(tag);
      element.onload = () => resolve("loaded");
      element.onerror = () => resolve("error");
      element.setAttribute(attribute, address(mark, text));
      document.body.append(element);
    });
  /** @type {Record<string, (mark: string, text: string) => Promise<unknown>>} */
  const ways = {
    worker: (mark, text) => byWorker("fetch", mark, text),
    "worker-header": (mark, text) => byWorker("header", mark, text),
    "worker-bytes": (mark, text) => byWorker("bytes", mark, text),
    "worker-xhr": (mark, text) => byWorker("xhr", mark, text),
    "shared-worker": (mark, text) => {
      const { port } = new SharedWorker("/worker.js");
      port.start();
      return through(port, port, { how: "fetch", mark, text });
    },
    "service-worker": async (mark, text) => {
      await navigator.serviceWorker.register("/worker.js");
      const { active } = await navigator.serviceWorker.ready;
      return through(/** @type {ServiceWorker} */ (active), navigator.serviceWorker, { how: "fetch", mark, text });
    },
    image: (mark, text) => byElement("img", "src", mark, text),
    script: (mark, text) => byElement("script", "src", mark, text),
  };
  /** @type {Record<string, unknown>} */
  const said = {};
  /** @param {string} way @param {string} mark @param {string} text */
  const send = (way, mark, text) => {
    ways[way](mark, text).then(
      (outcome) => (said[mark] = outcome),
      (error) => (said[mark] = `failed: ${error}`),
    );
  };
  /** A request of the page's worker to anywhere. @param {string} mark @param {string} url @param {string} text */
  const sendTo = (mark, url, text) => {
    byWorker(url, mark, text).then((outcome) => (said[mark] = outcome));
  };
  /** The service worker sends when this page is gone. @param {string} mark @param {string} text */
  const sendLater = (mark, text) =>
    void navigator.locks.request("page", () => new Promise((_, fail) => {
      void navigator.serviceWorker.ready.then(async ({ active }) => {
        const worker = /** @type {ServiceWorker} */ (active);
        said[mark] = await through(worker, worker, { how: "later", mark, text });
      }, fail);
    }));
  Object.assign(window, { send, sendTo, sendLater, said, received: [] });
}
