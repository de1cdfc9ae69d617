//! How much of the network a long workout needs: people train where reception is poor.

use crate::support::helpers::TestApp;
use crate::support::workout::forms_of;

/// For the page alone, in bytes: about what a server may send before the first acknowledgement (RFC 6928, ten
/// segments of 1460 bytes).
const BUDGET: usize = 14_000;

#[tokio::test]
async fn the_player_with_eight_exercises_arrives_in_one_round_trip() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let choices = [
        ("goal", "muscle"),
        ("level", "intermediate"),
        ("session_minutes", "75"),
        ("equipment", "dumbbell"),
        ("equipment", "barbell"),
        ("equipment", "machine"),
        ("equipment", "pull_up_bar"),
    ];
    ann.save_preferences(&choices).await;
    let exercises = forms_of(&ann.get("/workout").await, "/api/workouts/add-set").len();
    assert_eq!(exercises, 8);
    for logged in 0..3 {
        // Browsers take Brotli over HTTPS and on localhost, and gzip elsewhere.
        for encoding in ["br", "gzip"] {
            let size = ann.encoded_size("/workout", encoding).await;
            println!("{size} B of {encoding} with {logged} sets logged");
            assert!(size <= BUDGET, "{size} B of {encoding} with {logged} sets logged");
        }
        ann.log(&format!("b1s{}", logged + 1)).await;
    }
}
