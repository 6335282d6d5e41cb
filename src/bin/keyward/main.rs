//! `keyward`: the scanner on files, folders and standard input.

mod files;
mod report;

use lexopt::prelude::*;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
Finds API keys and other secrets in text.

usage: keyward scan [--json] [FILE | FOLDER | -]...   standard input without a file
       keyward detectors [--json]                     what it can find
       keyward --help | --version

Each finding is a line: file:line:column: detector severity preview. Nothing leaves the machine.
Exit status: 0 nothing found, 1 something found, 2 something could not be read or was asked wrongly.
";

enum Command {
    Scan { json: bool, paths: Vec<PathBuf> },
    Detectors { json: bool },
    Help,
    Version,
}

fn main() -> ExitCode {
    let command = match parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("keyward: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let out = &mut io::BufWriter::new(io::stdout().lock());
    let code = match command {
        Command::Scan { json, paths } => report::scan(&paths, json, out),
        Command::Detectors { json } => report::detectors(json, out).map(|()| 0),
        Command::Help => out.write_all(USAGE.as_bytes()).map(|()| 0),
        Command::Version => writeln!(out, "keyward {}", env!("CARGO_PKG_VERSION")).map(|()| 0),
    };
    match code.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // The reader has seen enough: `keyward scan | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(1),
        Err(error) => {
            eprintln!("keyward: standard output: {error}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut arguments: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let command = match arguments.next()? {
        Some(Value(name)) => name.string()?,
        Some(Short('h') | Long("help")) | None => return Ok(Command::Help),
        Some(Short('V') | Long("version")) => return Ok(Command::Version),
        Some(argument) => return Err(argument.unexpected()),
    };
    let (mut json, mut paths) = (false, Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(Command::Help),
            Value(path) if command == "scan" => paths.push(path.into()),
            _ => return Err(argument.unexpected()),
        }
    }
    match command.as_str() {
        "scan" => {
            if paths.is_empty() {
                paths.push("-".into());
            }
            Ok(Command::Scan { json, paths })
        }
        "detectors" => Ok(Command::Detectors { json }),
        _ => Err(format!("there is no command `{command}`").into()),
    }
}
