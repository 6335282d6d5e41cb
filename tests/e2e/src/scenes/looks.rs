//! How the notice looks and how it reads to who cannot see it. Pictures go to `target/e2e/pictures`.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::notice::Notice;
use crate::page::{Field, Tab};
use crate::samples::{deepseek, openai};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("looks/alertdialog", |stage| Box::pin(alertdialog(stage))),
        // Computed roles come from the DevTools protocol.
        scene("looks/computed-roles", |stage| {
            Box::pin(computed_roles(stage))
        })
        .only(Kind::Chrome),
        scene("looks/keyboard", |stage| Box::pin(keyboard(stage))),
        scene("looks/light", |stage| Box::pin(light(stage))),
        scene("looks/dark", |stage| Box::pin(dark(stage))),
        scene("looks/several", |stage| Box::pin(several(stage))),
        scene("looks/sending", |stage| Box::pin(sending(stage))),
        scene("looks/mark", |stage| Box::pin(mark(stage))),
        // Firefox has no window so narrow.
        scene("looks/narrow", |stage| Box::pin(narrow(stage))).only(Kind::Chrome),
        scene("looks/german", |stage| {
            Box::pin(in_language(stage, "de", "de", "Schlüssel"))
        })
        .only(Kind::Chrome),
        scene("looks/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "zh", "密钥"))
        })
        .only(Kind::Chrome),
    ]
}

/// Pastes into a textarea and reads the notice.
async fn notice_about(tab: &Tab<'_>, host: &str, text: &str) -> Result<Notice> {
    tab.copy(text).await?;
    tab.open_field(Field::named("textarea"), host, Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_notice().await
}

pub(super) async fn picture(tab: &Tab<'_>, name: &str) -> Result<()> {
    let folder = crate::repository().join("target/e2e/pictures");
    std::fs::create_dir_all(&folder)?;
    tab.settle().await?;
    let png = tab.browser.driver.screenshot_as_png().await?;
    Ok(std::fs::write(
        folder.join(format!("{}-{name}.png", tab.browser.kind.name())),
        png,
    )?)
}

fn all_on_screen(notice: &Notice) -> Result<()> {
    let [width, height] = notice.viewport;
    let inside = notice.left >= 0.0
        && notice.top >= 0.0
        && notice.left + notice.width <= width
        && notice.top + notice.height <= height;
    ensure!(inside, "not all of the notice is on the screen: {notice:?}");
    Ok(())
}

async fn alertdialog(stage: &Stage<'_>) -> Result<()> {
    let host = stage.host("looks");
    let notice = notice_about(&stage.tab, &host, &deepseek()).await?;
    ensure!(
        notice.role.as_deref() == Some("alertdialog"),
        "its role is {:?}",
        notice.role
    );
    ensure!(
        notice.label.contains(&host),
        "its name does not say the site: {:?}",
        notice.label
    );
    ensure!(
        notice.description.contains("DeepSeek"),
        "its description does not say the key: {:?}",
        notice.description
    );
    ensure!(
        notice.language == "en",
        "it says it is in {:?}",
        notice.language
    );
    ensure!(
        notice.focused.as_deref() == Some("Keep it out"),
        "the focus is on {:?}",
        notice.focused
    );
    stage.tab.escape().await
}

async fn computed_roles(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("looks");
    notice_about(&tab, &host, &deepseek()).await?;
    let tree = tab
        .browser
        .cdp("Accessibility.getFullAXTree", json!({}))
        .await?;
    let nodes = tree["nodes"].as_array().context("no accessibility tree")?;
    let role = |node: &Value, role: &str| node["role"]["value"] == role && node["ignored"] == false;
    let dialog = nodes
        .iter()
        .find(|node| role(node, "alertdialog"))
        .context("no alertdialog in the tree")?;
    let name = dialog["name"]["value"].as_str().unwrap_or_default();
    ensure!(name.contains(&host), "the computed name is {name:?}");
    let description = dialog["description"]["value"].as_str().unwrap_or_default();
    ensure!(
        description.contains("DeepSeek API key"),
        "the computed description is {description:?}"
    );
    let buttons: Vec<_> = nodes
        .iter()
        .filter(|node| role(node, "button"))
        .map(|node| node["name"]["value"].as_str().unwrap_or_default())
        .collect();
    ensure!(
        buttons.len() >= 4 && buttons.iter().all(|name| !name.is_empty()),
        "the buttons are {buttons:?}"
    );
    // The page behind a modal dialog is not in the tree.
    ensure!(
        !buttons.contains(&"Something else to focus"),
        "the page behind the notice can be reached"
    );
    tab.escape().await
}

/// Tab and Shift+Tab reach every control and never lead into the page. Behind the last one a browser goes through its own
/// bars, which is as it should be.
async fn keyboard(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let notice = notice_about(&tab, &stage.host("looks"), &deepseek()).await?;
    let steps = notice.controls.len() - 1;
    let mut visited = vec![notice.focused.context("nothing has the focus")?];
    for back in [false, true] {
        for _ in 0..steps {
            let chain = if back {
                tab.chain()
                    .key_down(Key::Shift)
                    .send_keys(Key::Tab)
                    .key_up(Key::Shift)
            } else {
                tab.chain().send_keys(Key::Tab)
            };
            chain.perform().await?;
            let notice = tab.notice().await?.context("the notice went away")?;
            visited.push(notice.focused.context("Tab leads out of the notice")?);
        }
    }
    let forth: Vec<_> = notice.controls.iter().collect();
    let expected: Vec<_> = forth
        .iter()
        .chain(forth[..steps].iter().rev())
        .copied()
        .collect();
    ensure!(
        visited.iter().eq(expected),
        "Tab and back reach {visited:?}"
    );
    tab.escape().await
}

async fn light(stage: &Stage<'_>) -> Result<()> {
    let notice = notice_about(&stage.tab, "chat.example", &deepseek()).await?;
    picture(&stage.tab, "light").await?;
    all_on_screen(&notice)
}

async fn dark(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.in_the_dark(async || {
        let notice = notice_about(&tab, "chat.example", &deepseek()).await?;
        let dark = tab
            .js(
                "return matchMedia('(prefers-color-scheme: dark)').matches",
                vec![],
            )
            .await?;
        ensure!(dark == true, "the browser is not dark");
        picture(&tab, "dark").await?;
        all_on_screen(&notice)
    })
    .await
}

async fn several(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let text = format!("{}\n{}", deepseek(), openai());
    let notice = notice_about(&tab, "chat.example", &text).await?;
    picture(&tab, "several").await?;
    all_on_screen(&notice)?;
    tab.press("one by one").await?;
    picture(&tab, "several-one-by-one").await?;
    all_on_screen(&tab.until_notice().await?)
}

async fn sending(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.open("https://forum.example/demo/forum.html").await?;
    tab.click("#text").await?;
    tab.type_text(&format!("key: {}", deepseek())).await?;
    tab.until_mark("DeepSeek").await?;
    tab.click("#post").await?;
    let notice = tab.until_notice().await?;
    picture(&tab, "sending").await?;
    let mark = tab.mark().await?;
    ensure!(mark.is_none(), "a mark beside the notice: {mark:?}");
    all_on_screen(&notice)?;
    tab.escape().await?;
    // The key is still there, and so is its mark.
    tab.until_mark("DeepSeek").await.map(drop)
}

async fn mark(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.open("https://forum.example/demo/forum.html").await?;
    tab.click("#text").await?;
    tab.type_text(&format!("key: {}", deepseek())).await?;
    tab.until_mark("DeepSeek").await?;
    picture(&tab, "mark").await
}

async fn narrow(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.narrow(568).await?;
    let notice = notice_about(
        &tab,
        "a-rather-long-name-of-a-site.chat.example",
        &deepseek(),
    )
    .await?;
    ensure!(
        notice.viewport[0] == 320.0,
        "the window is {} wide",
        notice.viewport[0]
    );
    picture(&tab, "narrow").await?;
    all_on_screen(&notice)
}

/// In a browser of that language. German and Chinese are read by people, so the picture is what counts.
async fn in_language(
    stage: &Stage<'_>,
    language: &'static str,
    declared: &str,
    word: &str,
) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            let notice = notice_about(&tab, "chat.example", &deepseek()).await?;
            picture(&tab, language).await?;
            ensure!(
                notice.language.starts_with(declared),
                "it says it is in {:?}",
                notice.language
            );
            ensure!(notice.text.contains(word), "it says {:?}", notice.text);
            all_on_screen(&notice)
        })
        .await
}
