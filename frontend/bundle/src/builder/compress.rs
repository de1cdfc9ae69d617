//! Compressed siblings: made once at build time, at the highest levels, so that the server has nothing to compress.

use std::io::{self, Write};
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::error::Error;
use crate::files::OutputFile;

/// What is worth compressing, by extension. Most images and fonts are compressed already.
const COMPRESSIBLE: &[&str] =
    &["css", "html", "ico", "js", "json", "map", "mjs", "svg", "ttf", "txt", "wasm", "webmanifest", "xml"];

/// Adds `<file>.br` and `<file>.gz` where that is smaller than the file.
pub(crate) fn with_siblings(files: Vec<OutputFile>) -> Result<Vec<OutputFile>, Error> {
    let mut all = Vec::with_capacity(files.len() * 3);
    for file in files {
        let extension = Path::new(&file.path).extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension)) {
            let failed = |cause| Error::Io { path: file.path.clone().into(), cause };
            let siblings = [
                ("br", brotli(&file.contents).map_err(failed)?),
                ("gz", gzip(&file.contents).map_err(failed)?),
            ];
            for (extension, contents) in siblings {
                if contents.len() < file.contents.len() {
                    all.push(OutputFile { path: format!("{}.{extension}", file.path), contents });
                }
            }
        }
        all.push(file);
    }
    Ok(all)
}

fn brotli(mut contents: &[u8]) -> io::Result<Vec<u8>> {
    // 22: the largest window of the ordinary format that costs a browser no more than 4 MB.
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: contents.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut contents, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(contents: &[u8]) -> io::Result<Vec<u8>> {
    // The encoder writes no time stamp by itself: the same contents give the same file.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, contents: &[u8]) -> Vec<String> {
        let file = OutputFile { path: path.to_owned(), contents: contents.to_vec() };
        with_siblings(vec![file]).unwrap().into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn text_gets_two_siblings() {
        assert_eq!(paths("a.css", &[b'a'; 1000]), ["a.css.br", "a.css.gz", "a.css"]);
    }

    #[test]
    fn what_would_not_shrink_gets_none() {
        assert_eq!(paths("a.css", b"a"), ["a.css"]);
        assert_eq!(paths("a.png", &[b'a'; 1000]), ["a.png"]);
    }
}
