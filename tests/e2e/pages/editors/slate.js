import { createElement as h, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { createEditor, Node } from "slate";
import { withHistory } from "slate-history";
import { Editable, Slate, withReact } from "slate-react";

let editor;
function Field() {
  editor = useMemo(() => withHistory(withReact(createEditor())), []);
  const initialValue = [{ type: "paragraph", children: [{ text: "" }] }];
  return h(Slate, { editor, initialValue }, h(Editable, { id: "slate", "aria-label": "The field" }));
}
createRoot(document.getElementById("root")).render(h(Field));
window.field = {
  get element() { return document.getElementById("slate"); },
  text: () => editor.children.map((node) => Node.string(node)).join("\n"),
  shape: () => JSON.stringify(editor.children),
};
