//! `/workout`: the player.

mod block;
mod rest;
mod review;
mod sheet;

use domain::account::UserId;
use domain::millis::to_millis;
use leptos::prelude::*;

use self::block::BlockCard;
use self::rest::RestCard;
pub(super) use self::review::ReviewPage;
pub(super) use self::sheet::{Rows, TimeFields};
use crate::components::card::Card;
use crate::components::form::{Hidden, Owner, PostForm};
use crate::components::markup::IntoMarkup as _;
use crate::components::message::{NoticeMessage, RowsSummary};
use crate::components::time::rfc3339;
use crate::components::workout_blocks::{Remarks, WarmUp, WorkoutFigures, progress_words};
use crate::islands::{Handed as _, Player, PlayerStart};
use model::dates::{hour, weekday_date};

#[component]
pub(crate) fn WorkoutPage(page: model::WorkoutPage) -> impl IntoView {
    let model::WorkoutPage { player, remarks, sheet, notice, owner, out_of_reach, refused } = page;
    if out_of_reach {
        return view! { <OutOfReach notice=notice refused=refused /> }.into_markup();
    }
    let around = sheet.clone().unwrap_or_default();
    let content = match sheet {
        Some(times) => {
            view! { <sheet::Sheet player=player.clone() times=times refused=refused.clone() /> }.into_markup()
        }
        None => view! { <Cards player=player.clone() remarks=remarks refused=refused.clone() owner=owner /> }
            .into_markup(),
    };
    view! {
        <h1>{player.name.clone()}</h1>
        <NoticeMessage notice=notice />
        <RowsSummary refused=refused around=around />
        <Progress player=player />
        {content}
    }
    .into_markup()
}

/// Instead of a plan that is not the person's: what they logged there would be logged in the wrong place.
#[component]
fn OutOfReach(notice: Option<model::Notice>, refused: model::RefusedRows) -> impl IntoView {
    view! {
        <h1>"Your workout"</h1>
        <NoticeMessage notice=notice />
        <RowsSummary refused=refused />
        <p class="status news" role="status">
            "We can’t reach your workouts at the moment. What you have logged is kept. Please try again in a minute."
        </p>
        <p><a class="button" href="/workout">"Try again"</a></p>
    }
}

/// How far the workout is, and in which zone its times are.
#[component]
fn Progress(player: model::Player) -> impl IntoView {
    if !player.started {
        return view! { <WorkoutFigures player=player /> }.into_markup();
    }
    let said = progress_words(&player);
    view! {
        <p class="lead progress-line">
            <span id="logged-sets">{player.logged()}</span> " " {said} " "
            <small>{zone_words(&player)} {assumed_zone(&player)}</small>
        </p>
        <Forgotten player=player />
    }
    .into_markup()
}

/// `on Mon, 23 Nov, times in Europe/Berlin`.
fn zone_words(player: &model::Player) -> String {
    if player.assumes_utc {
        return format!("on {}.", weekday_date(player.day));
    }
    format!("on {}, times in {}", weekday_date(player.day), player.zone)
}

/// That times are in UTC only because nobody has named another zone, and where to name it.
fn assumed_zone(player: &model::Player) -> Option<impl IntoView + use<>> {
    player
        .assumes_utc
        .then(|| view! { <span>" Times in UTC · " <a href="/preferences#time_zone">"change"</a></span> })
}

/// Left open for half a day: the person decides what becomes of it.
#[component]
fn Forgotten(player: model::Player) -> impl IntoView {
    player.abandoned.map(|abandoned| {
        let finish = abandoned.last_set_at.map(|at| {
            let label = format!("Finish at {} (your last set)", hour(at));
            view! {
                <PostForm action="/api/workouts/finish">
                    <Hidden name="workout" value=player.id.to_string() />
                    <Owner />
                    <Hidden name="operation" value=player.operation.to_string() />
                    <Hidden name="at" value=rfc3339(at) />
                    <Hidden name="confirmed" value="true" />
                    <button class="primary">{label}</button>
                </PostForm>
            }
        });
        view! {
            <div class="status news" role="status">
                <p>"This workout has been open for a long time. Finish it, discard it, or go on below."</p>
                {finish}
            </div>
        }
    })
}

#[component]
fn Cards(
    player: model::Player,
    remarks: Vec<domain::workout::programme::Remark>,
    refused: model::RefusedRows,
    owner: Option<UserId>,
) -> impl IntoView {
    let signed_in = owner.is_some();
    let workout = player.started.then_some(player.id);
    let start = (!player.started).then(|| {
        view! {
            <PostForm action="/api/workouts/start">
                <p class="row">
                    <button class="primary">"Start training"</button>
                    <a class="button" href="/workout?sheet">"Fill in a sheet instead"</a>
                </p>
            </PostForm>
        }
    });
    let handed = PlayerStart {
        owner,
        workout,
        now: to_millis(player.rest.now),
        rest_seconds: player.rest.seconds,
        until: player.rest.until.map(to_millis),
    }
    .hand_over();
    let mut rest = Some(player.rest.clone());
    let cards = player
        .cards
        .iter()
        .cloned()
        .map(|card| {
            let rest = rest.take_if(|_| card.is_current);
            view! { <BlockCard card=card workout=workout rest=rest refused=refused.clone() /> }
        })
        .collect::<Vec<_>>();
    let rest = rest.map(|rest| view! { <RestCard rest=rest /> });
    let (warm_up, sound) = (player.warm_up.clone(), player.sound.then_some("true"));
    let cards = view! {
        {cards}
        {rest}
    };
    let cards = view! { <Player>{cards}</Player> }.into_markup();
    view! {
        {start}
        {handed}
        <div class="player" data-sound=sound>
            <div class="plan">
                <details class="warm-up" open=!player.started>
                    <summary>"Warm-up"</summary>
                    <WarmUp exercises=warm_up />
                </details>
                {cards}
                <Remarks remarks=remarks />
            </div>
            <div class="side">
                <Finish player=player signed_in=signed_in />
            </div>
        </div>
    }
    .into_markup()
}

#[component]
fn Finish(player: model::Player, signed_in: bool) -> impl IntoView {
    let (workout, operation) = (player.id.to_string(), player.operation.to_string());
    let id = workout.clone();
    let hint = (!signed_in).then(|| {
        view! {
            <p class="muted">
                "You are not logged in. Your sets are kept in this browser’s session; log in to keep them for good."
            </p>
        }
    });
    view! {
        <Card id="finish" title="When you are done">
            <PostForm action="/api/workouts/finish">
                {player.started.then(|| view! { <Hidden name="workout" value=id /> })}
                <Owner />
                <Hidden name="operation" value=operation />
                <button class="primary full">"Finish workout"</button>
            </PostForm>
            {player.started.then(|| view! {
                <PostForm action="/api/workouts/discard">
                    <Hidden name="workout" value=workout />
                    <button class="quiet-danger full">"Discard workout"</button>
                </PostForm>
                <p class="muted"><a href="/workout?sheet">"All sets on one sheet"</a></p>
            })}
            {hint}
        </Card>
    }
    .into_markup()
}
