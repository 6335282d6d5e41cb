import { createEmptyHistoryState, registerHistory } from "@lexical/history";
import { registerRichText } from "@lexical/rich-text";
import { $createParagraphNode, $getRoot, createEditor } from "lexical";

const element = document.createElement("div");
element.contentEditable = "true";
document.getElementById("root").append(element);
const editor = createEditor({ namespace: "test", onError: (error) => { throw error; } });
editor.setRootElement(element);
registerRichText(editor);
registerHistory(editor, createEmptyHistoryState(), 300);
editor.update(() => { $getRoot().append($createParagraphNode()); }, { discrete: true });
window.field = {
  element,
  text: () => editor.getEditorState().read(() => $getRoot().getTextContent()),
  shape: () => JSON.stringify(editor.getEditorState().toJSON()),
};
