import { baseKeymap } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";

const view = new EditorView(document.getElementById("root"), {
  state: EditorState.create({
    schema,
    plugins: [history(), keymap({ "Mod-z": undo, "Mod-y": redo }), keymap(baseKeymap)],
  }),
});
window.field = {
  element: view.dom,
  text: () => view.state.doc.textBetween(0, view.state.doc.content.size, "\n", "\n"),
  clear: () => view.dispatch(view.state.tr.delete(0, view.state.doc.content.size)),
  shape: () => JSON.stringify(view.state.doc.toJSON()),
};
