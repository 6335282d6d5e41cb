// A worker of any kind that sends what it is told to, and tells by the port that comes with it how that went.
/** @param {MessageEvent} event */
const onMessage = async ({ data: { how, mark, text }, ports: [answer] }) => {
  const to = `/collect?mark=${mark}`;
  try {
    answer.postMessage(await ways(how, to, text));
  } catch (error) {
    answer.postMessage(/** @type {Error} */ (error).name);
  }
};

/** @param {string} how @param {string} to @param {string} text */
async function ways(how, to, text) {
  switch (how) {
    case "fetch":
      return `status ${(await fetch(to, { method: "POST", body: text })).status}`;
    case "header":
      return `status ${(await fetch(to, { method: "POST", headers: { authorization: `Bearer ${text}` } })).status}`;
    case "bytes":
      return `status ${(await fetch(to, { method: "POST", body: new TextEncoder().encode(text) })).status}`;
    case "xhr":
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("POST", to);
        request.onload = () => resolve(`status ${request.status}`);
        request.onerror = () => resolve("error");
        request.send(text);
      });
    case "later":
      void navigator.locks.request("page", () => fetch(to, { method: "POST", body: text }));
      return "waits";
    default:
      // Without cookies and without asking the other side first.
      await fetch(how, { method: "POST", mode: "no-cors", body: text });
      return "went";
  }
}

self.onmessage = onMessage;
// @ts-ignore: of shared workers
self.onconnect = ({ ports: [port] }) => {
  port.onmessage = onMessage;
};
