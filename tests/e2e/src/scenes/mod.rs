//! The scenes: one file for each part of what the guard promises.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use anyhow::Result;

use crate::browser::{Browser, Kind};
use crate::page::Tab;
use crate::server::Server;

mod bad_input;
mod clean;
mod composers;
mod drop;
mod excepted;
mod factor;
mod files;
mod files_pasted;
mod fill;
mod fill_window;
mod filled;
mod frames;
mod frameworks;
mod harness;
mod home;
mod hostile;
mod letting;
mod life;
mod looks;
mod motion;
mod options;
mod own;
mod paste;
mod pause;
mod places;
mod popup;
mod private;
mod selftest;
mod sending;
mod stored;
mod strict;
mod typing;
mod vault;
mod vault_pages;
mod view;
mod welcome;
mod windows;
mod workers;

/// Where a scene plays: a fresh tab of the browser with the extension, and of the one without it.
pub struct Stage<'a> {
    /// The tab with the extension.
    pub tab: Tab<'a>,
    /// The same browser without the extension, to compare with.
    pub control: Tab<'a>,
    /// A word that no other scene uses, for hosts and marks.
    pub mark: String,
    /// What the scene measured, printed below its line.
    notes: Mutex<Vec<String>>,
}

impl<'a> Stage<'a> {
    /// Sets the stage for one scene.
    pub fn new(tab: Tab<'a>, control: Tab<'a>, mark: String) -> Stage<'a> {
        Stage {
            tab,
            control,
            mark,
            notes: Mutex::default(),
        }
    }

    /// Notes something that the scene measured.
    pub fn say(&self, note: String) {
        self.notes
            .lock()
            .expect("no scene panics while it holds the lock")
            .push(note);
    }

    /// All that was noted.
    pub fn notes(&self) -> Vec<String> {
        self.notes
            .lock()
            .expect("no scene panics while it holds the lock")
            .clone()
    }

    /// The browser with the extension.
    pub fn browser(&self) -> &'a Browser {
        self.tab.browser
    }

    /// What serves all pages.
    pub fn server(&self) -> &'a Server {
        self.tab.server
    }

    /// A host that no other scene visits, so that what is decided for one origin reaches no other scene.
    pub fn host(&self, name: &str) -> String {
        format!("{name}-{}.example", self.mark)
    }
}

/// What a scene gives when it is played.
pub type Playing<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// One scene.
pub struct Scene {
    /// `part/what`, unique.
    pub name: String,
    /// The only browser that can play it, where it is not both.
    pub only: Option<Kind>,
    /// Plays it.
    pub play: Box<dyn for<'a> Fn(&'a Stage<'a>) -> Playing<'a>>,
}

impl Scene {
    /// For what the other browser cannot do without a window; the scene says why.
    pub fn only(mut self, kind: Kind) -> Scene {
        self.only = Some(kind);
        self
    }
}

/// Makes a scene of a function.
pub fn scene<F>(name: impl Into<String>, play: F) -> Scene
where
    F: for<'a> Fn(&'a Stage<'a>) -> Playing<'a> + 'static,
{
    Scene {
        name: name.into(),
        only: None,
        play: Box::new(play),
    }
}

/// All scenes, in the order in which they are played.
pub fn all() -> Vec<Scene> {
    let mut scenes = Vec::new();
    scenes.extend(harness::scenes());
    scenes.extend(fill::scenes());
    scenes.extend(files::scenes());
    scenes.extend(files_pasted::scenes());
    scenes.extend(paste::scenes());
    scenes.extend(clean::scenes());
    scenes.extend(strict::scenes());
    scenes.extend(places::scenes());
    scenes.extend(frames::scenes());
    scenes.extend(typing::scenes());
    scenes.extend(drop::scenes());
    scenes.extend(composers::scenes());
    scenes.extend(frameworks::scenes());
    scenes.extend(home::scenes());
    scenes.extend(hostile::scenes());
    scenes.extend(bad_input::scenes());
    scenes.extend(letting::scenes());
    scenes.extend(popup::scenes());
    scenes.extend(pause::scenes());
    scenes.extend(private::scenes());
    scenes.extend(looks::scenes());
    scenes.extend(motion::scenes());
    scenes.extend(windows::scenes());
    scenes.extend(welcome::scenes());
    scenes.extend(selftest::scenes());
    // These make a vault and remove it again.
    scenes.extend(vault_pages::scenes());
    scenes.extend(vault::scenes());
    scenes.extend(life::scenes());
    scenes.extend(factor::scenes());
    scenes.extend(sending::scenes());
    scenes.extend(workers::scenes());
    scenes.extend(excepted::scenes());
    // These go on with the vault that the ones before made.
    scenes.extend(filled::scenes());
    scenes.extend(fill_window::scenes());
    scenes.extend(stored::scenes());
    scenes.extend(own::scenes());
    // These take the vault away and make others.
    scenes.extend(options::scenes());
    scenes
}
