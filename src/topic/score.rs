//! The arithmetic of a score: a term that holds → what it adds. The one place where it is done, for matching and explaining.
//! Whether a term holds, and in which zones, is decided elsewhere.

use crate::model::{TopicScore, Zone};

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

/// What to say of a score that no article can reach: each term counts once, at most in the zone that weighs most.
pub fn unreachable(score: &TopicScore) -> Option<String> {
    let weights = || std::iter::once(1.0).chain(score.zones.iter().map(|(_, weight)| *weight));
    let most: f64 = score.terms.iter().map(|term| weights().map(|zone| term.weight * zone).fold(0.0, f64::max)).sum();
    // Sums of fractions are not exact.
    (score.threshold > most + 1e-9).then(|| {
        format!(
            "the score never reaches {}: its terms come to at most {}, each once in the zone that weighs most",
            score.threshold,
            (most * 1e6).round() / 1e6
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScoreTerm;

    #[test]
    fn a_threshold_above_all_terms_is_never_reached() {
        for (threshold, weights, zones, never) in [
            (3.0, &[2.0, 1.0][..], &[][..], false),
            (3.5, &[2.0, 1.0], &[], true),
            (6.0, &[2.0], &[(Zone::Title, 3.0)], false),
            (2.0, &[2.0], &[(Zone::Title, 0.5)], false),
            (2.0, &[-2.0], &[(Zone::Title, -1.0)], false),
            (0.3, &[0.1, 0.2], &[], false),
            (0.0, &[-1.0], &[], false),
            (1.0, &[], &[], true),
        ] {
            let terms = weights.iter().map(|&weight| ScoreTerm { query: "x".to_owned(), weight }).collect();
            let score = TopicScore { threshold, zones: zones.to_vec(), terms };
            assert_eq!(unreachable(&score).is_some(), never, "{threshold} {weights:?} {zones:?}");
        }
    }

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
