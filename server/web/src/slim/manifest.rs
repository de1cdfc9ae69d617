//! A cargo feature in a manifest: its own line, its name in the lists of other features, and the optional dependencies that
//! nothing else turns on. A list of features with nothing in it goes too.

/// The manifest without the feature.
pub(super) fn without(text: &str, feature: &str) -> Result<String, String> {
    let mut in_features = false;
    let mut turned_on = Vec::new();
    let mut kept = Vec::new();
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if line.starts_with('[') {
            in_features = line.trim_end() == "[features]";
        }
        let is_its_own = |line: &str| line.split_once(" = [").is_some_and(|(name, _)| name == feature);
        if in_features && is_its_own(line) {
            if !line.contains(']') {
                return Err(format!("line {number}: a feature that goes stands on one line"));
            }
            turned_on.extend(line.split('"').filter_map(|item| item.strip_prefix("dep:")));
        } else if in_features {
            let name = format!("\"{feature}\"");
            let line = line.replace(&format!(", {name}"), "").replace(&format!("{name}, "), "");
            kept.push(line.replace(&name, ""));
        } else {
            kept.push(line.to_owned());
        }
    }
    let unused = |dependency: &str| {
        let switch = format!("\"dep:{dependency}\"");
        turned_on.contains(&dependency) && !kept.iter().any(|line| line.contains(&switch))
    };
    let goes = |line: &str| {
        line.contains("optional = true") && line.split_once(" = ").is_some_and(|(name, _)| unused(name))
    };
    let kept: String = kept.iter().filter(|line| !goes(line)).map(String::as_str).collect();
    Ok(kept.replace("[features]\n\n[", "["))
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_feature_goes_with_what_only_it_needs() {
        let text = "[features]\nall = [\"garden\", \"house\"]\ngarden = [\"dep:fence\", \"dep:door\", \"store/garden\"]\nhouse = [\"dep:door\"]\n\n[dependencies]\ndoor = { workspace = true, optional = true }\nfence = { workspace = true, optional = true }\nfencer.workspace = true\n\n[dev-dependencies]\nfence = { workspace = true }\n";
        let left = "[features]\nall = [\"house\"]\nhouse = [\"dep:door\"]\n\n[dependencies]\ndoor = { workspace = true, optional = true }\nfencer.workspace = true\n\n[dev-dependencies]\nfence = { workspace = true }\n";
        assert_eq!(without(text, "garden").as_deref(), Ok(left));
        let left = without(left, "house").unwrap();
        assert_eq!(
            left,
            "[features]\nall = []\n\n[dependencies]\nfencer.workspace = true\n\n[dev-dependencies]\nfence = { workspace = true }\n"
        );
        let text = "[package]\n\n[features]\ngarden = []\n\n[lints]\n";
        assert_eq!(without(text, "garden").as_deref(), Ok("[package]\n\n[lints]\n"));
        let text = "[features]\nall = [\"a\", \"garden\"]\n";
        assert_eq!(without(text, "garden").as_deref(), Ok("[features]\nall = [\"a\"]\n"));
    }

    #[test]
    fn other_manifests_stay_as_they_are() {
        for text in ["[dependencies]\ngarden = \"1\"\n", "[features]\ngardener = [\"dep:garden\"]\n", ""] {
            assert_eq!(without(text, "garden").as_deref(), Ok(text));
        }
        assert!(without("[features]\ngarden = [\n", "garden").unwrap_err().starts_with("line 2: "));
    }
}
