//! One entry in the words of a shell, of a `.env` file, and of the settings of common tools.
//!
//! What is written holds the key in clear; the page says so and where it goes. The formats are those that the tools document:
//! Continue <https://docs.continue.dev/customize/model-providers/more/deepseek>, aider
//! <https://aider.chat/docs/config/api-keys.html>, LiteLLM <https://docs.litellm.ai/docs/proxy/configs>, Cline
//! <https://docs.cline.bot/provider-config/deepseek>.

use super::entry::Details;
pub use crate::exchange::Form;
use crate::secret::Secret;

/// The text for `form`. Where the entry names no variable, one is made of its provider or name; models stand for
/// the person to fill in as `MODEL`.
pub fn export(form: Form, details: &Details, key: &Secret<String>) -> Secret<String> {
    // EXPOSE: written into the text that the person asked for, a secret again.
    let key = key.expose();
    let variable = variable(details);
    let provider = slug(details);
    let text = match form {
        Form::Shell => format!("export {variable}={}\n", shell_quoted(key)),
        Form::PowerShell => format!("$env:{variable} = '{}'\n", key.replace('\'', "''")),
        Form::Dotenv => dotenv_line(&variable, key),
        Form::Cline => {
            let label = if details.provider.is_empty() {
                "OpenAI Compatible"
            } else {
                &details.provider
            };
            format!("API Provider: {label}\nAPI Key: {key}\n")
        }
        Form::Continue => format!(
            "models:\n  - name: {}\n    provider: {provider}\n    model: MODEL\n    apiKey: {}\n",
            yaml_quoted(if details.name.is_empty() {
                &provider
            } else {
                &details.name
            }),
            yaml_quoted(key),
        ),
        // Two providers have an entry of their own; the others are named in a list.
        Form::Aider if matches!(provider.as_str(), "openai" | "anthropic") => {
            format!("{provider}-api-key: {}\n", yaml_quoted(key))
        }
        Form::Aider => format!(
            "api-key:\n  - {}\n",
            yaml_quoted(&format!("{provider}={key}"))
        ),
        Form::LiteLlm => format!(
            "model_list:\n  - model_name: MODEL\n    litellm_params:\n      model: {provider}/MODEL\n      api_key: os.environ/{variable}\n\n# in the environment of the proxy:\n# {}",
            dotenv_line(&variable, key),
        ),
    };
    Secret::new(text)
}

/// A name that shells take: the entry's, or the provider's in capitals with `_API_KEY`.
fn variable(details: &Details) -> String {
    let given = &details.variable;
    let is_name = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !text
                .bytes()
                .next()
                .is_none_or(|first| first.is_ascii_digit())
    };
    if is_name(given) {
        return given.clone();
    }
    let name: String = slug(details).replace('-', "_").to_ascii_uppercase();
    let name = if name.as_bytes()[0].is_ascii_digit() {
        format!("_{name}")
    } else {
        name
    };
    format!("{name}_API_KEY")
}

/// Provider or name in small letters, digits and hyphens; `provider` where nothing is left.
fn slug(details: &Details) -> String {
    let from = if details.provider.is_empty() {
        &details.name
    } else {
        &details.provider
    };
    let words: Vec<String> = from
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if words.is_empty() {
        "provider".to_owned()
    } else {
        words.join("-")
    }
}

/// In single quotes, where POSIX shells leave everything as it is.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// As it is where nothing in it means anything, in single quotes where these hold it, otherwise in double quotes with the escapes that
/// readers of `.env` files agree on.
fn dotenv_line(variable: &str, value: &str) -> String {
    let plain = !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+=:@%,~".contains(&byte));
    if plain {
        format!("{variable}={value}\n")
    } else if !value.contains(['\'', '\n', '\r', '\\']) {
        format!("{variable}='{value}'\n")
    } else {
        let escaped = value
            .replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('$', r"\$")
            .replace('\n', r"\n")
            .replace('\r', r"\r");
        format!("{variable}=\"{escaped}\"\n")
    }
}

/// A YAML string in double quotes, whose escapes are those of JSON.
fn yaml_quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is always JSON")
}
