import { basicSetup, EditorView } from "codemirror";

// Under a strict policy its styles need the nonce, too.
const nonce = document.currentScript.nonce;
const view = new EditorView({ parent: document.getElementById("root"), extensions: [basicSetup, EditorView.cspNonce.of(nonce)] });
window.field = {
  element: view.contentDOM,
  text: () => view.state.doc.toString(),
  shape: () => view.state.doc.toString(),
};
