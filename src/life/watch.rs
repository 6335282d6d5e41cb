//! Watching what is left: asked for by the hour where the person switched it on, drawn as a curve, and warned of when it is low or
//! falls faster than it ever did.
//!
//! When the next request is due follows from the last one and the clock alone. So a machine that slept for a night asks
//! once, and a clock that went back asks once more and not for a year not at all.

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::record::{Identity, Point, Record};

/// Between two requests that nobody pressed a button for.
pub const PERIOD_MS: u64 = 60 * 60 * 1000;
/// Points that are closer together say little about how fast something falls.
const APART_MS: u64 = 30 * 60 * 1000;
/// So many falls have to be known before one is called the fastest.
const KNOWN_SPANS: usize = 4;

/// What the person wants to be watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Whether its issuer is asked by the hour, as long as the vault is open.
    pub is_hourly: bool,
    /// What is too little.
    pub low: Option<Amount>,
}

/// What is to be warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Alert {
    /// Less is left than the person wants.
    Low,
    /// It falls faster than it ever did.
    Fast,
}

/// Whether the issuer of the present key is to be asked. A key that it refused is not asked about again by itself.
pub fn is_due(record: &Record, present: &Identity, now_ms: u64) -> bool {
    let is_hourly = record.watch.as_ref().is_some_and(|watch| watch.is_hourly);
    let Some(key) = record.key(present) else {
        return is_hourly;
    };
    let wait_ms = u64::from(key.checked.retry_s.unwrap_or(0)) * 1000;
    let at_ms = key.checked.at_ms;
    let next_ms = at_ms.checked_add(wait_ms.max(PERIOD_MS));
    let is_time = next_ms.is_some_and(|next_ms| now_ms >= next_ms) || now_ms < at_ms;
    is_hourly && key.dead_ms.is_none() && is_time
}

/// What there is to be warned of, by what was seen last.
pub fn alerts(record: &Record, present: &Identity) -> Vec<Alert> {
    let last = record
        .key(present)
        .map(|key| key.checked.balances.as_slice());
    let low = record.watch.as_ref().and_then(|watch| watch.low.as_ref());
    let is_low = match (last, low) {
        (Some(balances), Some(low)) => {
            !balances.is_empty() && balances.iter().all(|balance| balance.total.is_below(low))
        }
        _ => false,
    };
    let mut alerts = Vec::new();
    if is_low {
        alerts.push(Alert::Low);
    }
    if is_fastest(&record.points) {
        alerts.push(Alert::Fast);
    }
    alerts
}

/// Whether the last span fell faster than each one before it.
fn is_fastest(points: &[Point]) -> bool {
    let Some(newest) = points.last() else {
        return false;
    };
    let mut falls = Vec::new();
    let mut later = newest;
    for point in points.iter().rev() {
        // A clock that jumped makes no span.
        let apart_ms = later.at_ms.saturating_sub(point.at_ms);
        if point.balance.currency == newest.balance.currency && apart_ms >= APART_MS {
            let fell = point.balance.total.billionths() - later.balance.total.billionths();
            falls.push((fell, i128::from(apart_ms)));
            later = point;
        }
    }
    let Some(((fell, span), before)) = falls.split_first() else {
        return false;
    };
    // More per millisecond, without dividing.
    let is_faster = |(other, other_span): &(i128, i128)| {
        fell.saturating_mul(*other_span) > other.saturating_mul(*span)
    };
    *fell > 0 && before.len() >= KNOWN_SPANS && before.iter().all(is_faster)
}

/// The points of a line through what was left, in a picture of this width and height: `x,y x,y …`. From nothing below to the
/// most that ever was above. Empty for less than two points.
pub fn line(points: &[(u64, &Amount)], width: u32, height: u32) -> String {
    let times = points.iter().map(|(at_ms, _)| *at_ms);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
        return String::new();
    };
    let most = points.iter().map(|(_, total)| total.billionths()).max();
    let (Some(most), true) = (most.map(|most| most.max(1)), last > first) else {
        return String::new();
    };
    let place = |(at_ms, total): &(u64, &Amount)| {
        let x = u128::from(at_ms - first) * u128::from(width) / u128::from(last - first);
        let left = total.billionths().max(0);
        let y = i128::from(height) - left * i128::from(height) / most;
        format!("{x},{y}")
    };
    points.iter().map(place).collect::<Vec<_>>().join(" ")
}
