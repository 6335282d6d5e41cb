import { convertToRaw, Editor, EditorState } from "draft-js";
import "draft-js/dist/Draft.css";
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

let current;
function Field() {
  const [editorState, setEditorState] = useState(() => EditorState.createEmpty());
  current = editorState;
  return h(Editor, { editorState, onChange: setEditorState, ariaLabel: "The field" });
}
createRoot(document.getElementById("root")).render(h(Field));
window.field = {
  get element() { return document.querySelector(".public-DraftEditor-content"); },
  text: () => current.getCurrentContent().getPlainText("\n"),
  shape: () => JSON.stringify(convertToRaw(current.getCurrentContent()).blocks.map(({ key, ...block }) => block)),
};
