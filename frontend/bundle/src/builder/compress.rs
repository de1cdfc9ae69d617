//! Precompressed files: compressed once at the highest levels, so that the server need not compress for every
//! request.

use std::io::{self, Write};
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::builder::error::Error;
use crate::builder::files::OutputFile;

/// By extension. Most images and fonts are compressed already.
const COMPRESSIBLE: &[&str] =
    &["css", "html", "ico", "js", "json", "map", "mjs", "svg", "ttf", "txt", "wasm", "webmanifest", "xml"];

/// Adds `<file>.br` and `<file>.gz` where they are smaller than the file.
pub(crate) fn add_precompressed(files: Vec<OutputFile>) -> Result<Vec<OutputFile>, Error> {
    let mut all = Vec::with_capacity(files.len() * 3);
    for file in files {
        let extension = Path::new(&file.path).extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension)) {
            let failed = |cause| Error::Io { path: file.path.clone().into(), cause };
            let compressed = [
                ("br", brotli(&file.contents).map_err(failed)?),
                ("gz", gzip(&file.contents).map_err(failed)?),
            ];
            for (extension, contents) in compressed {
                if contents.len() < file.contents.len() {
                    all.push(OutputFile { path: format!("{}.{extension}", file.path), contents });
                }
            }
        }
        all.push(file);
    }
    Ok(all)
}

pub(crate) fn brotli(mut contents: &[u8]) -> io::Result<Vec<u8>> {
    // A window of 22 bits, because a browser needs as much memory (4 MB) to decompress the file.
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
    // Without a time stamp, which is the default: equal contents give equal files.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, contents: &[u8]) -> Vec<String> {
        let file = OutputFile { path: path.to_owned(), contents: contents.to_vec() };
        add_precompressed(vec![file]).unwrap().into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn text_is_compressed_twice() {
        assert_eq!(paths("a.css", &[b'a'; 1000]), ["a.css.br", "a.css.gz", "a.css"]);
    }

    #[test]
    fn files_that_would_not_shrink_are_not_compressed() {
        assert_eq!(paths("a.css", b"a"), ["a.css"]);
        assert_eq!(paths("a.png", &[b'a'; 1000]), ["a.png"]);
    }
}
