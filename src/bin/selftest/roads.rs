//! The roads that this page tries, as a table.

/// A heading of the page, with the rows below it.
pub(crate) struct Group {
    /// As [`Road::group`] says it.
    pub(crate) name: &'static str,
    /// A text of `_locales`.
    pub(crate) title: &'static str,
    /// What to do there by hand, a text of `_locales`.
    pub(crate) about: &'static str,
}

/// In the order of the page.
pub(crate) const GROUPS: [Group; 4] = [
    group("in", "selftestIn", "selftestInAbout"),
    group("out", "selftestOut", "selftestOutAbout"),
    group("files", "selftestFiles", "selftestFilesAbout"),
    group("sends", "selftestSends", "selftestSendsAbout"),
];

const fn group(name: &'static str, title: &'static str, about: &'static str) -> Group {
    Group { name, title, about }
}

/// One way by which a key comes into a page, or leaves it.
#[derive(Debug)]
pub(crate) struct Road {
    /// Unique in the page; the test suite knows it.
    pub(crate) id: &'static str,
    /// The heading that it stands below.
    pub(crate) group: &'static str,
    /// What it is called, a text of `_locales`.
    pub(crate) title: &'static str,
    /// How it is tried.
    pub(crate) way: Way,
}

/// How a road is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A paste into a field.
    Paste(Kind),
    /// A paste of markup, with the key in the address of a link only.
    PasteMarkup,
    /// Text that is dropped.
    Drop,
    /// Input in one piece, as from dictation or an input method.
    Piece,
    /// Enter, with the key in the field.
    Enter,
    /// A click on a button that sends, with the key in the field.
    Click,
    /// A form is submitted, with the key in its field.
    Submit,
    /// The same, with the key in a hidden field that the page filled by script.
    SubmitHidden,
    /// A file is chosen. By hand only.
    ChooseFile,
    /// A file is dropped or pasted. By hand only.
    TakeFile,
    /// A script sends.
    Send(Call),
}

/// A kind of field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `<input>` of this type.
    Input(&'static str),
    /// `<textarea>`.
    Area,
    /// `contenteditable`, with this value.
    Editable(&'static str),
    /// An input in an open shadow root.
    Shadow,
    /// An input in a closed one.
    ClosedShadow,
    /// A control that nobody sees, of an editor that draws its text elsewhere.
    Drawn,
    /// An editor on an `EditContext`.
    EditContext,
}

/// By which function a script sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// `fetch`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
    /// `navigator.sendBeacon`.
    Beacon,
    /// `WebSocket`.
    Socket,
    /// A channel of WebRTC.
    Channel,
    /// `form.submit()`.
    Form,
    /// `window.open` with the key in the address.
    Open,
    /// A link with the key in its address.
    Link,
}

/// In the order of the page.
pub(crate) static ROADS: [Road; 30] = [
    paste("text", "selftestText", Kind::Input("text")),
    paste("search", "selftestSearch", Kind::Input("search")),
    paste("url", "selftestUrl", Kind::Input("url")),
    paste("email", "selftestEmail", Kind::Input("email")),
    paste("tel", "selftestTel", Kind::Input("tel")),
    paste("password", "selftestPassword", Kind::Input("password")),
    paste("area", "selftestArea", Kind::Area),
    paste("editable", "selftestEditable", Kind::Editable("true")),
    paste("plain", "selftestPlain", Kind::Editable("plaintext-only")),
    paste("shadow", "selftestShadow", Kind::Shadow),
    paste("closed", "selftestClosed", Kind::ClosedShadow),
    paste("drawn", "selftestDrawn", Kind::Drawn),
    paste("context", "selftestContext", Kind::EditContext),
    road("markup", "in", "selftestMarkup", Way::PasteMarkup),
    road("drop", "in", "selftestDrop", Way::Drop),
    road("piece", "in", "selftestPiece", Way::Piece),
    road("enter", "out", "selftestEnter", Way::Enter),
    road("click", "out", "selftestClick", Way::Click),
    road("submit", "out", "selftestSubmit", Way::Submit),
    road("hidden", "out", "selftestHidden", Way::SubmitHidden),
    road("choose", "files", "selftestChoose", Way::ChooseFile),
    road("take", "files", "selftestTake", Way::TakeFile),
    send("fetch", "selftestFetch", Call::Fetch),
    send("xhr", "selftestXhr", Call::Xhr),
    send("beacon", "selftestBeacon", Call::Beacon),
    send("socket", "selftestSocket", Call::Socket),
    send("channel", "selftestChannel", Call::Channel),
    send("form", "selftestForm", Call::Form),
    send("open", "selftestOpen", Call::Open),
    send("link", "selftestLink", Call::Link),
];

const fn road(id: &'static str, group: &'static str, title: &'static str, way: Way) -> Road {
    Road {
        id,
        group,
        title,
        way,
    }
}

const fn paste(id: &'static str, title: &'static str, kind: Kind) -> Road {
    road(id, "in", title, Way::Paste(kind))
}

const fn send(id: &'static str, title: &'static str, call: Call) -> Road {
    road(id, "sends", title, Way::Send(call))
}
