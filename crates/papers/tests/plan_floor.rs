//! The floor under reading: tasks found in annotated documents, where those are at hand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use papers::plan::read;
use papers::read::Text;

/// Document, least F1 of tasks, least F1 of leads, least F1 of due days.
const FLOOR: [(&str, f64, f64, f64); 8] = [
    ("000", 0.97, 0.95, 0.97),
    ("001", 0.97, 0.50, 0.95),
    ("003", 0.97, 0.95, 0.97),
    ("kh552", 0.97, 0.95, 0.95),
    ("kh3260", 0.97, 0.90, 0.95),
    ("kh7360", 0.97, 0.90, 0.95),
    ("qd2623", 0.97, 0.85, 0.95),
    ("002", 0.70, 0.0, 0.60),
];

fn folder() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|up| up.join("shared/reading")).find(|dir| dir.join("score.py").is_file())
}

#[test]
fn annotated_documents_are_found_again() {
    let Some(folder) = folder() else {
        println!("skipped: no folder shared/reading with annotated documents above this crate");
        return;
    };
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan-floor");
    std::fs::create_dir_all(&out).unwrap();
    for (name, tasks, lead, due) in FLOOR {
        let content = std::fs::read_to_string(folder.join(format!("documents/{name}.txt"))).unwrap();
        let plan = read(&Text { content, ..Text::default() });
        let file = out.join(format!("{name}.json"));
        std::fs::write(&file, serde_json::to_string(&plan).unwrap()).unwrap();
        let gold = folder.join(format!("gold/{name}.json"));
        let run =
            Command::new("python3").arg(folder.join("score.py")).arg(&gold).arg(&file).arg("--json").output();
        let Ok(run) = run else {
            println!("skipped: no python3 to score with");
            return;
        };
        let scores: serde_json::Value = serde_json::from_slice(&run.stdout).expect("scores");
        let scores = &scores[gold.to_str().unwrap()];
        for (measure, floor) in [("tasks", tasks), ("task.lead", lead), ("task.due", due)] {
            let f1 = scores[measure]["f1"].as_f64().expect("a score");
            assert!(f1 >= floor, "{name}: {measure} has fallen to {f1:.3}, below {floor}");
        }
    }
}
