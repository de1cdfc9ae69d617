use super::*;

/// Polls once: whether the turn has come.
async fn is_ready<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
    std::future::poll_fn(|context| match std::pin::Pin::new(&mut *future).poll(context) {
        std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

/// A client that begins to wait when it is polled.
fn waiting<'a>(
    queue: &'a Queue,
    purpose: Purpose,
    address: &str,
) -> std::pin::Pin<Box<impl Future<Output = OwnedSemaphorePermit> + use<'a>>> {
    Box::pin(queue.turn(queue.enter(purpose, address).unwrap()))
}

/// Another address for each number.
fn address(number: usize) -> String {
    format!("192.0.2.{number}")
}

#[tokio::test]
async fn a_login_waits_for_one_registration_at_most() {
    let queue = Queue::new(1);
    let running = queue.turn(queue.enter(Purpose::Register, &address(100)).unwrap()).await;
    let mut registrations: Vec<_> =
        (0..Purpose::Register.places()).map(|n| waiting(&queue, Purpose::Register, &address(n))).collect();
    for registration in &mut registrations {
        assert!(is_ready(registration).await.is_none());
    }
    let mut login = waiting(&queue, Purpose::LogIn, &address(0));
    assert!(is_ready(&mut login).await.is_none());
    drop(running);
    let first = is_ready(&mut registrations[0]).await.expect("the first in line");
    assert!(is_ready(&mut registrations[1]).await.is_none(), "it is in line behind the login now");
    drop(first);
    assert!(is_ready(&mut registrations[1]).await.is_none());
    assert!(is_ready(&mut login).await.is_some());
}

#[tokio::test]
async fn a_full_line_takes_nobody_until_somebody_goes_away() {
    let queue = Queue::new(1);
    let _running = queue.turn(queue.enter(Purpose::LogIn, &address(100)).unwrap()).await;
    let mut logins: Vec<_> =
        (0..Purpose::LogIn.places()).map(|n| waiting(&queue, Purpose::LogIn, &address(n))).collect();
    for login in &mut logins {
        assert!(is_ready(login).await.is_none());
    }
    assert!(queue.enter(Purpose::LogIn, &address(200)).is_none());
    assert!(queue.enter(Purpose::Register, &address(200)).is_some(), "the other line has its own places");
    drop(logins.pop());
    assert!(queue.enter(Purpose::LogIn, &address(200)).is_some());
    // Gone as well: the one whose turn would have been next.
    drop(logins.remove(0));
    assert!(queue.enter(Purpose::LogIn, &address(200)).is_some());
    drop(logins);
    assert!(queue.log_in.addresses().is_empty(), "nothing is remembered of an address without a place");
}

#[tokio::test]
async fn an_address_holds_half_of_a_line_and_leaves_the_rest_to_others() {
    let queue = Queue::new(1);
    let half = Purpose::LogIn.places() / 2;
    let mut places: Vec<_> = (0..half).map(|_| queue.enter(Purpose::LogIn, &address(1)).unwrap()).collect();
    assert!(queue.enter(Purpose::LogIn, &address(1)).is_none());
    assert!(queue.enter(Purpose::LogIn, &address(2)).is_some());
    assert!(queue.enter(Purpose::Register, &address(1)).is_some(), "of each line");
    // One refused has taken nothing.
    drop(places.pop());
    places.push(queue.enter(Purpose::LogIn, &address(1)).unwrap());
    assert!(queue.enter(Purpose::LogIn, &address(1)).is_none());
}

#[tokio::test]
async fn each_further_address_holds_half_of_the_rest() {
    let queue = Queue::new(1);
    let mut places = vec![];
    let mut fill = |n| {
        let before = places.len();
        while let Some(place) = queue.enter(Purpose::LogIn, &address(n)) {
            places.push(place);
        }
        places.len() - before
    };
    assert_eq!([1, 2, 3, 4, 5, 6, 7, 8].map(&mut fill), [32, 16, 8, 4, 2, 1, 1, 0]);
}

#[tokio::test]
async fn addresses_take_turns_however_many_wait_at_one_of_them() {
    let queue = Queue::new(1);
    let running = queue.turn(queue.enter(Purpose::LogIn, &address(1)).unwrap()).await;
    let mut crowd: Vec<_> = (0..10).map(|_| waiting(&queue, Purpose::LogIn, &address(1))).collect();
    for login in &mut crowd {
        assert!(is_ready(login).await.is_none());
    }
    let mut others = [2, 3].map(|n| waiting(&queue, Purpose::LogIn, &address(n)));
    for login in &mut others {
        assert!(is_ready(login).await.is_none());
    }
    drop(running);
    let mut hashing = is_ready(&mut crowd[0]).await.expect("it was the first to come");
    for other in &mut others {
        for login in &mut crowd[1..] {
            assert!(is_ready(login).await.is_none(), "its address has just had a turn");
        }
        assert!(is_ready(other).await.is_none());
        drop(hashing);
        hashing = is_ready(other).await.expect("the next address");
    }
    drop(hashing);
    assert!(is_ready(&mut crowd[1]).await.is_some(), "and round again");
}

#[tokio::test]
async fn a_client_that_goes_away_gives_its_turn_to_the_next_of_its_address() {
    let queue = Queue::new(1);
    let running = queue.turn(queue.enter(Purpose::LogIn, &address(1)).unwrap()).await;
    let mut crowd: Vec<_> = (0..3).map(|_| waiting(&queue, Purpose::LogIn, &address(1))).collect();
    for login in &mut crowd {
        assert!(is_ready(login).await.is_none());
    }
    drop(crowd.remove(0));
    assert!(is_ready(&mut crowd[0]).await.is_none(), "it waits for the permit now");
    drop(running);
    assert!(is_ready(&mut crowd[0]).await.is_some());
}
