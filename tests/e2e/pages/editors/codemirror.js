import { basicSetup, EditorView } from "codemirror";

const view = new EditorView({ parent: document.getElementById("root"), extensions: [basicSetup] });
window.field = {
  element: view.contentDOM,
  text: () => view.state.doc.toString(),
  shape: () => view.state.doc.toString(),
};
