import * as monaco from "monaco-editor/editor/editor.api.js";

// No language service is used, so its worker has nothing to do.
window.MonacoEnvironment = { getWorker: () => new Worker(URL.createObjectURL(new Blob([""]))) };
const host = document.createElement("div");
host.className = "monaco-host";
document.getElementById("root").append(host);
const editor = monaco.editor.create(host, { value: "", language: "plaintext", minimap: { enabled: false } });
window.field = {
  element: host.querySelector(".view-lines"),
  text: () => editor.getValue(),
  shape: () => editor.getValue(),
};
