//! The files of the repository as git lists them (tracked, or new and not ignored).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// Where files that others wrote are kept.
pub const VENDORED: &str = "crates/web/static/vendor/";

/// A text file.
pub struct File {
    /// Its path below the repository's root.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// All text files.
pub struct Repository {
    root: PathBuf,
    paths: Vec<String>,
    /// The text files, in the order of their paths.
    pub files: Vec<File>,
}

impl Repository {
    /// Reads the repository that this test was built from.
    pub fn read() -> Repository {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let list = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .expect("git lists the files");
        assert!(list.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&list.stderr));
        let list = String::from_utf8(list.stdout).unwrap();
        let mut paths: Vec<String> =
            list.split('\0').filter(|p| root.join(p).is_file()).map(str::to_owned).collect();
        paths.sort();
        let text = |path: &String| {
            let text = String::from_utf8(std::fs::read(root.join(path)).ok()?).ok()?;
            Some(File { path: path.clone(), text })
        };
        let files = paths.iter().filter_map(text).collect();
        Repository { root, paths, files }
    }

    /// Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|f| f.path.ends_with(".rs"))
    }

    /// Files that we wrote.
    pub fn own(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|f| !f.path.starts_with(VENDORED))
    }

    /// Is there a file or a folder at this path?
    pub fn has(&self, path: &str) -> bool {
        self.paths
            .iter()
            .any(|p| p.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// One file's text.
    pub fn text(&self, path: &str) -> String {
        let file = self.files.iter().find(|f| f.path == path);
        file.unwrap_or_else(|| panic!("{path} is missing")).text.clone()
    }

    /// SHA-256 of every vendored file but the list and our note on it, by path below the folder.
    pub fn vendored_digests(&self) -> BTreeMap<String, String> {
        let names = self
            .paths
            .iter()
            .filter_map(|p| p.strip_prefix(VENDORED))
            .filter(|n| !["CHECKSUMS", "README.md"].contains(n));
        let names: Vec<&str> = names.collect();
        if names.is_empty() {
            return BTreeMap::new();
        }
        let mut sums = Command::new("sha256sum");
        let sums = sums.args(&names).current_dir(self.root.join(VENDORED)).output().expect("sha256sum runs");
        let sums = String::from_utf8(sums.stdout).unwrap();
        let pairs = sums.lines().filter_map(|line| line.split_once("  "));
        pairs.map(|(digest, name)| (name.to_owned(), digest.to_owned())).collect()
    }
}
