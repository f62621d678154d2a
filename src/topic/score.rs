//! The arithmetic of a score: a term that holds → what it adds. The one place where it is done, for matching and explaining.
//! Whether a term holds, and in which zones, is decided elsewhere.

use crate::model::Zone;

/// What a term of a score adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Worth {
    /// The best-weighted zone that the term stands in; none where it stands nowhere, as an attribute does.
    pub zone: Option<Zone>,
    pub zone_weight: f64,
    pub value: f64,
}

/// A term counts once, in its best-weighted zone: its weight × the zone's, 1 where the topic gives the zone no weight.
pub(super) fn worth(weight: f64, stands_in: impl IntoIterator<Item = Zone>, zones: &[(Zone, f64)]) -> Worth {
    let weight_of = |zone: Zone| zones.iter().find(|(named, _)| *named == zone).map_or(1.0, |(_, weight)| *weight);
    let weighted = stands_in.into_iter().map(|zone| (zone, weight_of(zone)));
    // Of equal weights the first: it is the zone that a reader sees first.
    let best = weighted.reduce(|best, next| if next.1 > best.1 { next } else { best });
    let zone_weight = best.map_or(1.0, |(_, weight)| weight);
    Worth { zone: best.map(|(zone, _)| zone), zone_weight, value: weight * zone_weight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_counts_once_in_its_best_weighted_zone() {
        let zones = [(Zone::Title, 3.0), (Zone::Lede, 2.0), (Zone::Quote, 0.5)];
        for (weight, stands_in, zone, value) in [
            (2.0, vec![Zone::Title, Zone::Body], Some(Zone::Title), 6.0),
            (2.0, vec![Zone::Lede, Zone::Body], Some(Zone::Lede), 4.0),
            (2.0, vec![Zone::Body, Zone::Quote], Some(Zone::Body), 2.0),
            (2.0, vec![Zone::Body, Zone::Caption], Some(Zone::Body), 2.0),
            (2.0, vec![Zone::Quote], Some(Zone::Quote), 1.0),
            (-6.0, vec![Zone::Title], Some(Zone::Title), -18.0),
            (2.5, vec![], None, 2.5),
        ] {
            let made = worth(weight, stands_in.clone(), &zones);
            assert_eq!((made.zone, made.value), (zone, value), "{weight} {stands_in:?}");
        }
    }
}
