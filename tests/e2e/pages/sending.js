// Every way by which a script can send a text: `ways[name](mark, text)` gives what the page learns of how it went.
{
  /** @param {Promise<Response>} sent */
  const went = (sent) => sent.then(({ status }) => `status ${status}`, (error) => `${error.name}: ${error.message}`);
  /** @param {string} mark */
  const to = (mark) => `/collect?mark=${mark}`;
  /** @param {string} mark @param {(request: XMLHttpRequest) => void} send @param {boolean} [async] */
  const xhr = (mark, send, async = true) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", to(mark), async);
    request.onload = () => resolve(`status ${request.status}`);
    request.onerror = () => resolve("error");
    try {
      send(request);
    } catch (error) {
      resolve(/** @type {Error} */ (error).name);
    }
  });
  /** @param {string} mark @param {object} init */
  const post = (mark, init) => went(fetch(to(mark), { method: "POST", ...init }));
  /** @param {string} text */
  const formOf = (text) => {
    const form = new FormData();
    form.set("text", text);
    return form;
  };
  /** @type {Record<string, (mark: string, text: string) => unknown>} */
  const ways = {
    "fetch-text": (mark, text) => post(mark, { body: text }),
    "fetch-json": (mark, text) => post(mark, { body: JSON.stringify({ content: `line\n"${text}"` }), headers: { "content-type": "application/json" } }),
    "fetch-request": (mark, text) => went(fetch(new Request(to(mark), { method: "POST", body: text }))),
    "fetch-blob": (mark, text) => post(mark, { body: new Blob([text]) }),
    "fetch-late-blob": (mark, text) => post(mark, { body: new Blob([new TextEncoder().encode(text)]) }),
    "fetch-form": (mark, text) => post(mark, { body: formOf(text) }),
    "fetch-params": (mark, text) => post(mark, { body: new URLSearchParams({ text }) }),
    "fetch-bytes": (mark, text) => post(mark, { body: new TextEncoder().encode(text) }),
    "fetch-address": (mark, text) => went(fetch(`${to(mark)}&text=${encodeURIComponent(text)}`)),
    "fetch-header": (mark, text) => post(mark, { headers: { authorization: `Bearer ${text}` } }),
    "fetch-headers": (mark, text) => post(mark, { headers: new Headers({ "x-api-key": text }) }),
    "xhr-text": (mark, text) => xhr(mark, (request) => request.send(text)),
    "xhr-form": (mark, text) => xhr(mark, (request) => request.send(formOf(text))),
    "xhr-blob": (mark, text) => xhr(mark, (request) => request.send(new Blob([new TextEncoder().encode(text)]))),
    "xhr-header": (mark, text) => xhr(mark, (request) => {
      request.setRequestHeader("x-api-key", text);
      request.send();
    }),
    "xhr-at-once": (mark, text) => xhr(mark, (request) => request.send(text), false),
    beacon: (mark, text) => `queued ${navigator.sendBeacon(to(mark), text)}`,
    "beacon-blob": (mark, text) => `queued ${navigator.sendBeacon(to(mark), new Blob([text], { type: "text/plain" }))}`,
    form: (mark, text) => {
      const form = /** @type {HTMLFormElement} */ (document.getElementById("form"));
      const [hidden, area] = form.querySelectorAll("input, textarea");
      /** @type {HTMLInputElement} */ (hidden).value = mark;
      /** @type {HTMLTextAreaElement} */ (area).value = text;
      form.submit();
      return "submitted";
    },
    open: (mark, text) => `window ${!!window.open(`${to(mark)}&text=${text}`, "elsewhere")}`,
    link: (mark, text) => {
      const link = document.createElement("a");
      link.href = `${to(mark)}&text=${text}`;
      link.target = "elsewhere";
      document.body.append(link);
      link.click();
      link.remove();
      return "clicked";
    },
    location: (mark, text) => {
      location.href = `${to(mark)}#text=${text}`;
      return "went";
    },
    channel: (mark, text) => channel.then((open) => {
      open.send(`${mark} ${text}`);
      open.send(`${mark} behind it`);
      return "sent";
    }),
  };
  /** @type {string[]} */
  const received = [];
  /** @type {Promise<RTCDataChannel>} made at the first use */
  let made;
  const channel = { then: (/** @type {(open: RTCDataChannel) => unknown} */ go) => (made ??= connect()).then(go) };

  /** Two ends in one page. */
  async function connect() {
    const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
    here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate ?? undefined);
    there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate ?? undefined);
    there.ondatachannel = (event) => (event.channel.onmessage = ({ data }) => received.push(data));
    const open = here.createDataChannel("text");
    await here.setLocalDescription(await here.createOffer());
    await there.setRemoteDescription(/** @type {RTCSessionDescription} */ (here.localDescription));
    await there.setLocalDescription(await there.createAnswer());
    await here.setRemoteDescription(/** @type {RTCSessionDescription} */ (there.localDescription));
    if (open.readyState !== "open") await new Promise((resolve) => (open.onopen = resolve));
    return open;
  }

  /** What each way said, by mark. @type {Record<string, unknown>} */
  const said = {};
  /** @param {string} way @param {string} mark @param {string} text */
  const send = (way, mark, text) => {
    const outcome = ways[way](mark, text);
    if (typeof outcome === "string") said[mark] = outcome;
    else Promise.resolve(outcome).then((outcome) => (said[mark] = outcome));
  };
  Object.assign(window, { ways, send, said, received });
}
