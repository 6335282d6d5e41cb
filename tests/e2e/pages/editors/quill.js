import Quill from "quill";
import "quill/dist/quill.core.css";

const host = document.createElement("div");
document.getElementById("root").append(host);
const quill = new Quill(host);
window.field = {
  element: quill.root,
  text: () => quill.getText().replace(/\n$/, ""),
  shape: () => JSON.stringify(quill.getContents()),
};
