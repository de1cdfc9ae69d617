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
    address: IpAddr,
) -> std::pin::Pin<Box<impl Future<Output = OwnedSemaphorePermit> + use<'a>>> {
    Box::pin(queue.turn(queue.enter(purpose, address).unwrap()))
}

/// Another address for each number.
fn address(number: usize) -> IpAddr {
    IpAddr::from([192, 0, 2, u8::try_from(number).unwrap()])
}

#[tokio::test]
async fn a_login_waits_for_one_registration_at_most() {
    let queue = Queue::new(1);
    let running = queue.turn(queue.enter(Purpose::Register, address(100)).unwrap()).await;
    let mut registrations: Vec<_> =
        (0..Purpose::Register.places()).map(|n| waiting(&queue, Purpose::Register, address(n))).collect();
    for registration in &mut registrations {
        assert!(is_ready(registration).await.is_none());
    }
    let mut login = waiting(&queue, Purpose::LogIn, address(0));
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
    let _running = queue.turn(queue.enter(Purpose::LogIn, address(100)).unwrap()).await;
    let mut logins: Vec<_> =
        (0..Purpose::LogIn.places()).map(|n| waiting(&queue, Purpose::LogIn, address(n))).collect();
    for login in &mut logins {
        assert!(is_ready(login).await.is_none());
    }
    assert!(queue.enter(Purpose::LogIn, address(200)).is_none());
    assert!(queue.enter(Purpose::Register, address(200)).is_some(), "the other line has its own places");
    drop(logins.pop());
    assert!(queue.enter(Purpose::LogIn, address(200)).is_some());
    // Gone as well: the one whose turn would have been next.
    drop(logins.remove(0));
    assert!(queue.enter(Purpose::LogIn, address(200)).is_some());
}

#[tokio::test]
async fn an_address_holds_half_of_each_line() {
    let queue = Queue::new(1);
    for purpose in [Purpose::LogIn, Purpose::Register] {
        let places: Vec<_> = std::iter::from_fn(|| queue.enter(purpose, address(1))).collect();
        assert_eq!(places.len(), purpose.places() / 2);
        assert!(!queue.has_room(purpose, address(1)) && queue.has_room(purpose, address(2)));
    }
}

#[tokio::test]
async fn addresses_take_turns_however_many_wait_at_one_of_them() {
    let queue = Queue::new(1);
    let running = queue.turn(queue.enter(Purpose::LogIn, address(1)).unwrap()).await;
    let mut crowd: Vec<_> = (0..10).map(|_| waiting(&queue, Purpose::LogIn, address(1))).collect();
    for login in &mut crowd {
        assert!(is_ready(login).await.is_none());
    }
    let mut others = [2, 3].map(|n| waiting(&queue, Purpose::LogIn, address(n)));
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
    let running = queue.turn(queue.enter(Purpose::LogIn, address(1)).unwrap()).await;
    let mut crowd: Vec<_> = (0..3).map(|_| waiting(&queue, Purpose::LogIn, address(1))).collect();
    for login in &mut crowd {
        assert!(is_ready(login).await.is_none());
    }
    drop(crowd.remove(0));
    assert!(is_ready(&mut crowd[0]).await.is_none(), "it waits for the permit now");
    drop(running);
    assert!(is_ready(&mut crowd[0]).await.is_some());
}
