/**
 * Styles of what the guard draws. Lengths are in pixels: a page's root font size must not shrink the notice. `:host`
 * rules are important, for then they win over the page's own, important ones too.
 */

const COLOURS = `
  --surface: #ffffff; --ink: #171c22; --soft: #56606b; --line: #d9dee4; --raised: #f4f6f8; --hover: #e9edf1;
  --accent: #0b6b50; --accent-hover: #08563f; --on-accent: #ffffff; --focus: #1667d9; --warn: #9a4b00;
  --veil: rgb(16 22 30 / .48);
`;
const DARK_COLOURS = `
  --surface: #1b2027; --ink: #eceff2; --soft: #a4afba; --line: #39424d; --raised: #252c35; --hover: #303945;
  --accent: #57d0a4; --accent-hover: #7adcb9; --on-accent: #06251a; --focus: #7db4ff; --warn: #ffb86b;
  --veil: rgb(0 0 0 / .6);
`;

const HOST = `
  :host {
    all: initial !important; display: contents !important; visibility: visible !important; pointer-events: auto !important;
    color-scheme: light dark !important;
  }
`;

export const NOTICE_STYLE = `
${HOST}
dialog {
  ${COLOURS}
  box-sizing: border-box; position: fixed; inset: 0; margin: auto; padding: 20px 24px 16px;
  width: min(448px, calc(100vw - 24px)); max-width: none; height: fit-content; max-height: calc(100vh - 24px); overflow: auto;
  overscroll-behavior: contain; scrollbar-width: thin; scrollbar-color: var(--line) transparent;
  border: 1px solid var(--line); border-radius: 16px; background: var(--surface); color: var(--ink);
  box-shadow: 0 1px 2px rgb(0 0 0 / .12), 0 18px 48px -8px rgb(0 0 0 / .38);
  font: 400 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", sans-serif;
  text-align: start; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
}
dialog:not([open]) { display: none; }
dialog::backdrop { background: var(--veil, rgb(16 22 30 / .48)); }
header { display: flex; align-items: center; gap: 8px; margin: 0 0 12px; color: var(--accent); font-weight: 600; font-size: 13px; letter-spacing: .01em; }
svg { width: 18px; height: 18px; fill: currentColor; flex: none; }
h1 { margin: 0 0 6px; font-size: 19px; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
bdi { display: inline-block; max-width: 100%; }
p { margin: 0; color: var(--soft); }
#state { color: var(--warn); font-weight: 500; }
#state:not(:empty) { margin-top: 12px; }
ul { margin: 14px 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 10px; max-height: 216px; overflow: auto; }
li { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 10px 14px; }
li + li { border-top: 1px solid var(--line); }
.key { flex: 1 1 180px; min-width: 0; }
strong { font-weight: 600; }
.times { margin-inline-start: 6px; color: var(--soft); font-variant-numeric: tabular-nums; }
.may { display: block; color: var(--soft); font-size: 13px; line-height: 1.4; }
.rest { color: var(--soft); }
.choices { display: flex; flex-direction: column; gap: 8px; margin-top: 16px; }
button, select { font: inherit; color: inherit; margin: 0; -webkit-appearance: none; appearance: none; }
button {
  display: flex; flex-direction: column; align-items: flex-start; gap: 2px; width: 100%; min-height: 44px; justify-content: center;
  padding: 8px 14px; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); text-align: start;
  font-weight: 550; line-height: 1.35; cursor: pointer; transition: background-color .12s, border-color .12s;
}
button:hover { background: var(--hover); }
button.primary { align-items: center; text-align: center; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
code {
  max-width: 100%; font: 400 12.5px/1.4 ui-monospace, "SFMono-Regular", Menlo, Consolas, "Noto Sans Mono", monospace; color: var(--soft);
  overflow: hidden; text-overflow: ellipsis; white-space: pre;
}
footer { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0 4px; margin: 0 -10px; }
footer > :first-child:not(:last-child) { margin-inline-end: auto; }
button.quiet { width: auto; min-height: 40px; padding: 6px 10px; border-color: transparent; background: none; color: var(--soft); font-weight: 500; font-size: 14px; }
.choices > button.quiet { align-self: flex-end; margin-inline-end: -10px; }
button.quiet:hover { background: var(--hover); color: var(--ink); }
select { min-height: 36px; padding: 4px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); font-size: 14px; max-width: 100%; -webkit-appearance: auto; appearance: auto; }
:focus-visible, [data-default]:focus { outline: 3px solid var(--focus); outline-offset: 2px; }
dialog:focus { outline: none; }
@media (prefers-color-scheme: dark) { dialog { ${DARK_COLOURS} } dialog::backdrop { background: rgb(0 0 0 / .6); } }
@media (max-width: 380px) { dialog { padding: 16px 16px 12px; border-radius: 14px; } h1 { font-size: 18px; } }
@media (max-height: 420px) { dialog { padding-block: 14px 10px; } ul { max-height: none; } header { margin-bottom: 6px; } }
@media (max-height: 300px) {
  dialog { padding: 10px 12px; } header, #about { display: none; } h1 { font-size: 15px; }
  ul, .choices { margin-top: 8px; } li { padding: 6px 10px; } button { min-height: 36px; padding-block: 5px; } code { display: none; }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: arrive .16s cubic-bezier(.2, .8, .3, 1); }
  @keyframes arrive { from { transform: translateY(8px) scale(.985); } }
}
@media (prefers-contrast: more) { dialog { --line: currentColor; --soft: var(--ink); } }
@media (forced-colors: active) {
  dialog, button, select, ul { border-color: CanvasText; }
  button.primary { background: Highlight; color: HighlightText; forced-color-adjust: none; }
  svg { fill: CanvasText; }
  code, p { color: CanvasText; }
  :focus-visible, [data-default]:focus { outline-color: Highlight; }
}
`;

export const MARK_STYLE = `
${HOST}
div {
  ${COLOURS}
  box-sizing: border-box; position: fixed; inset: auto; margin: 0; padding: 0; border: 0; background: none; overflow: visible; color: var(--warn);
  font: 500 13px/1.35 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", sans-serif; pointer-events: none;
}
p {
  display: flex; align-items: center; gap: 6px; margin: 0; padding: 3px 9px 3px 6px; max-width: min(340px, calc(100vw - 16px)); width: max-content;
  border: 1px solid var(--line); border-radius: 999px; background: var(--surface); color: var(--ink);
  box-shadow: 0 1px 2px rgb(0 0 0 / .1), 0 4px 12px -2px rgb(0 0 0 / .22);
}
svg { width: 15px; height: 15px; flex: none; fill: var(--warn); }
@media (prefers-color-scheme: dark) { div { ${DARK_COLOURS} } }
@media (forced-colors: active) { p { border-color: CanvasText; } svg { fill: CanvasText; } }
`;
