//! What there is to scan: files, the files of folders, standard input.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How many bytes at the beginning of a file must have no NUL for it to count as text.
const TEXT_BYTES: usize = 8192;

/// One thing to scan.
pub enum Source {
    /// Standard input.
    Input,
    /// A file. `asked` holds where the person named it: then it is scanned even if it looks binary.
    File { path: PathBuf, asked: bool },
    /// What could not be listed, and why.
    Unreadable(PathBuf, io::Error),
}

/// Everything behind the paths, folders walked in the order of names, symbolic links in them not followed.
pub fn sources(paths: &[PathBuf]) -> Vec<Source> {
    let mut sources = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            sources.push(Source::Input);
        } else {
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => walk(path, &mut sources),
                Ok(_) => sources.push(Source::File {
                    path: path.clone(),
                    asked: true,
                }),
                Err(error) => sources.push(Source::Unreadable(path.clone(), error)),
            }
        }
    }
    sources
}

fn walk(folder: &Path, sources: &mut Vec<Source>) {
    // A stack of folders rather than recursion: a deep tree must not end the program.
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                sources.push(Source::Unreadable(folder, error));
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        let mut inner = Vec::new();
        for entry in entries {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => inner.push(entry.path()),
                Ok(kind) if kind.is_file() => sources.push(Source::File {
                    path: entry.path(),
                    asked: false,
                }),
                Ok(_) => {}
                Err(error) => sources.push(Source::Unreadable(entry.path(), error)),
            }
        }
        folders.extend(inner.into_iter().rev());
    }
}

impl Source {
    /// The name that findings are reported under.
    pub fn name(&self) -> String {
        match self {
            Source::Input => "-".to_owned(),
            Source::File { path, .. } | Source::Unreadable(path, _) => path.display().to_string(),
        }
    }

    /// Reads it into the buffer, UTF-16 with its byte order mark as UTF-8. `Ok(false)`: a binary file, left out.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn read(&self, buffer: &mut Vec<u8>) -> io::Result<bool> {
        buffer.clear();
        match self {
            Source::Input => {
                io::stdin().lock().read_to_end(buffer)?;
                from_utf16(buffer);
                Ok(true)
            }
            Source::Unreadable(_, error) => Err(io::Error::new(error.kind(), error.to_string())),
            Source::File { path, asked } => {
                let mut file = fs::File::open(path)?;
                // The beginning first: most bytes of a folder are in binary files that need not be read.
                file.by_ref().take(TEXT_BYTES as u64).read_to_end(buffer)?;
                if !asked && buffer.contains(&0) && utf16(buffer).is_none() {
                    return Ok(false);
                }
                if buffer.len() == TEXT_BYTES {
                    let length = file.metadata().map_or(0, |metadata| metadata.len());
                    buffer.reserve(
                        usize::try_from(length)
                            .unwrap_or(0)
                            .saturating_sub(TEXT_BYTES),
                    );
                    file.read_to_end(buffer)?;
                }
                from_utf16(buffer);
                Ok(true)
            }
        }
    }
}

/// How a text in UTF-16 puts two bytes together, by its byte order mark. Windows writes such files (`echo … > .env`).
fn utf16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    match bytes {
        [0xFF, 0xFE, ..] => Some(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// Makes UTF-8 of a text in UTF-16, without the mark; lone surrogates become U+FFFD, half a unit at the end is left out.
fn from_utf16(buffer: &mut Vec<u8>) {
    let Some(unit) = utf16(buffer) else { return };
    let units = buffer[2..]
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    *buffer = text.into_bytes();
}
