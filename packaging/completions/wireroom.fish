# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_wireroom_global_optspecs
    string join \n config= log= format= h/help V/version
end

function __fish_wireroom_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_wireroom_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_wireroom_using_subcommand
    set -l cmd (__fish_wireroom_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c wireroom -n "__fish_wireroom_needs_command" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_needs_command" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_needs_command" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_needs_command" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_needs_command" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "run" -d 'Run the daemon'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "demo" -d 'Show the whole pipeline on a small news site on this machine; needs no internet'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "check" -d 'Report every problem of the configuration, then what each topic needs'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "init" -d 'Write a working configuration'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "status" -d 'Say whether the daemon runs, what rules are in force, how the feeds are'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "alerts" -d 'Read the alert log'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "articles" -d 'Search the stored articles with the topics\' query language, the newest first'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "topics" -d 'List, add, test and mute topics'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "feeds" -d 'List feeds and how they are; find, add, import and export them'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "inspect" -d 'Show what the parser or the extractor makes of a file or URL'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "match" -d 'Match articles given as JSON Lines against topics'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "explain" -d 'Say why a topic holds for an article or does not, and what became of it'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "copies" -d 'Stored evidence'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "log" -d 'The alert log\'s hash chain'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "outbox" -d 'Alerts on their way to sinks'
complete -c wireroom -n "__fish_wireroom_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand run" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand run" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand run" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand run" -l once -d 'Visit every feed now, deliver, and exit; 1 if some failed'
complete -c wireroom -n "__fish_wireroom_using_subcommand run" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand run" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -l dir -d 'Keep the demo\'s files here, as an installation has them: DIR/config, DIR/state, DIR/log' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -l stay -d 'Keep running until interrupted'
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand demo" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand check" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand check" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand check" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand check" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand check" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand init" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand init" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand init" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand init" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand init" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand status" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand status" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand status" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand status" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand status" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l topic -d 'Only this topic' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l since -d 'Only those at most this old: 90s, 15m, 24h, 7d' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l severity -d 'Only this severity or above: low, normal, high' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l new -d 'Only those since you last asked so'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -l held -d 'Matches that were recorded but not told, with the reason'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -s f -l follow -d 'Go on printing new alerts as they come'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -f -a "show" -d 'One alert, whole'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -f -a "mark" -d 'Note for the team whether alerts were useful or false'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and not __fish_seen_subcommand_from show mark help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from show" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from show" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from show" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from mark" -l note -d 'Why' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from mark" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from mark" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from mark" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from mark" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from mark" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "show" -d 'One alert, whole'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "mark" -d 'Note for the team whether alerts were useful or false'
complete -c wireroom -n "__fish_wireroom_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -l since -d 'Only articles first seen at most this long ago: 24h, 30d [default: all that are stored]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -l limit -d 'Show at most this many' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand articles" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -f -a "list" -d 'List the topics'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -f -a "add" -d 'Check a query and write it as a new topic'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -f -a "test" -d 'Replay a topic on the stored articles: what it newly finds, what it loses, how many alerts a day'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -f -a "mute" -d 'Hold a topic\'s alerts back for a time'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -f -a "unmute" -d 'Tell a topic\'s alerts again'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and not __fish_seen_subcommand_from list add test mute unmute help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from list" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from list" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from list" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -l severity -d 'low, normal or high' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -l file -d 'The file to write [default: topics/ID.toml]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -l file -d 'A topics file with the edited version, compared with the configured one [default: the configured one, compared with what was recorded]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -l since -d 'Articles first seen at most this long ago' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from test" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from mute" -l for -d 'How long: 12h, 3d' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from mute" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from mute" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from mute" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from mute" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from mute" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from unmute" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from unmute" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from unmute" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from unmute" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from unmute" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the topics'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "add" -d 'Check a query and write it as a new topic'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "test" -d 'Replay a topic on the stored articles: what it newly finds, what it loses, how many alerts a day'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "mute" -d 'Hold a topic\'s alerts back for a time'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "unmute" -d 'Tell a topic\'s alerts again'
complete -c wireroom -n "__fish_wireroom_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "list" -d 'List the feeds'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "status" -d 'How each feed is, worst first'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "discover" -d 'Find the feeds of a site'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "add" -d 'Find the feed of a site and write it into the configuration'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "import" -d 'Add the feeds of a list that another reader exported (OPML)'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "export" -d 'Print the feeds as a list for other readers (OPML 2.0)'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and not __fish_seen_subcommand_from list status discover add import export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from list" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from list" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from list" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from status" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from status" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from status" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from discover" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from discover" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from discover" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from discover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from discover" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l id -d 'The feed\'s id [default: made of its title]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l outlet -d 'The publisher, as a reader names it [default: the feed\'s title]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l tag -d 'A word of your own, for tag: in a query; may be repeated' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l file -d 'The file to write: feeds.toml, or NAME.toml for feeds.d/NAME.toml [default: feeds.toml]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from import" -l file -d 'The file to write: feeds.toml, or NAME.toml for feeds.d/NAME.toml [default: feeds.toml]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from import" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from import" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from import" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from export" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from export" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from export" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the feeds'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "status" -d 'How each feed is, worst first'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "discover" -d 'Find the feeds of a site'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "add" -d 'Find the feed of a site and write it into the configuration'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "import" -d 'Add the feeds of a list that another reader exported (OPML)'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print the feeds as a list for other readers (OPML 2.0)'
complete -c wireroom -n "__fish_wireroom_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -f -a "feed" -d 'What the parser makes of a feed, a sitemap or a list page'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -f -a "page" -d 'What the extractor makes of a page'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and not __fish_seen_subcommand_from feed page help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l base -d 'The address the feed was had from, for relative links' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l content-type -d 'The Content-Type it was sent with' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l item -d 'Read a list page: what each article stands in' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l link -d 'In the item, its link; else the first one' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l title -d 'In the item, its headline; else its first heading, else the text of its link' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l date -d 'In the item, its date; else its first time element' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l summary -d 'In the item, its summary' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from feed" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from page" -l url -d 'The address the page was had from' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from page" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from page" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from page" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from page" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from page" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "feed" -d 'What the parser makes of a feed, a sitemap or a list page'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "page" -d 'What the extractor makes of a page'
complete -c wireroom -n "__fish_wireroom_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -l topics -d 'A topic file or a folder of them' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -l stats -d 'Print {articles, topics, compile_ms, match_ms} to stderr'
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand match" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand explain" -l file -d 'Explain the topic as it stands in this file: the one of that id, or the only one' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand explain" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand explain" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand explain" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand explain" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -f -a "list" -d 'List the copies, newest first'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -f -a "show" -d 'The text of a copy'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -f -a "export" -d 'Write a copy out: the records, the page, or its text'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -f -a "verify" -d 'Recompute every hash, and compare with the database and the alert log'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and not __fish_seen_subcommand_from list show export verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from list" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from list" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from list" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from list" -l removed -d 'What went past its keeping instead: when, and by which setting'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from show" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from show" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from show" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from export" -l format -d 'warc: its records as a file of their own; html: the page as it was sent; text; md: the text with its origin; cdxj: an index for pywb' -r -f -a "warc\t''
html\t''
text\t''
md\t''
cdxj\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from export" -s o -l output -d 'Where to write it [default: standard output]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from export" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from export" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from verify" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from verify" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from verify" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the copies, newest first'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from help" -f -a "show" -d 'The text of a copy'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write a copy out: the records, the page, or its text'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Recompute every hash, and compare with the database and the alert log'
complete -c wireroom -n "__fish_wireroom_using_subcommand copies; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Check the chain from the first line to the head'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -l from -d 'Trust what stands before this alert, by its number' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -l key -d 'A public key or an allowed-signers file: the checkpoints\' signatures must hold' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check the chain from the first line to the head'
complete -c wireroom -n "__fish_wireroom_using_subcommand log; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -f -a "list" -d 'Deliveries that wait or are parked, by sink, and why'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -f -a "retry" -d 'Try what did not come through of an alert once more, now'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -f -a "replay" -d 'Send a sink what it was to be told since then, again'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and not __fish_seen_subcommand_from list retry replay help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -l sink -d 'Only this sink' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -l all -d 'Those that were delivered as well'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from retry" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from retry" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from retry" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from retry" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -l sink -d 'The sink\'s id' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -l since -d 'How far back: 90s, 15m, 24h, 7d' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -l config -d 'The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]' -r -F
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -l log -d 'What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]' -r
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -l format -d 'How to print: for people, or JSON Lines' -r -f -a "text\t''
json\t''"
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from replay" -s V -l version -d 'Print version'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from help" -f -a "list" -d 'Deliveries that wait or are parked, by sink, and why'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Try what did not come through of an alert once more, now'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from help" -f -a "replay" -d 'Send a sink what it was to be told since then, again'
complete -c wireroom -n "__fish_wireroom_using_subcommand outbox; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "run" -d 'Run the daemon'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "demo" -d 'Show the whole pipeline on a small news site on this machine; needs no internet'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "check" -d 'Report every problem of the configuration, then what each topic needs'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "init" -d 'Write a working configuration'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "status" -d 'Say whether the daemon runs, what rules are in force, how the feeds are'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "alerts" -d 'Read the alert log'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "articles" -d 'Search the stored articles with the topics\' query language, the newest first'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "topics" -d 'List, add, test and mute topics'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "feeds" -d 'List feeds and how they are; find, add, import and export them'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "inspect" -d 'Show what the parser or the extractor makes of a file or URL'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "match" -d 'Match articles given as JSON Lines against topics'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "explain" -d 'Say why a topic holds for an article or does not, and what became of it'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "copies" -d 'Stored evidence'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "log" -d 'The alert log\'s hash chain'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "outbox" -d 'Alerts on their way to sinks'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and not __fish_seen_subcommand_from run demo check init status alerts articles topics feeds inspect match explain copies log outbox help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "show" -d 'One alert, whole'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "mark" -d 'Note for the team whether alerts were useful or false'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "list" -d 'List the topics'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "add" -d 'Check a query and write it as a new topic'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "test" -d 'Replay a topic on the stored articles: what it newly finds, what it loses, how many alerts a day'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "mute" -d 'Hold a topic\'s alerts back for a time'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "unmute" -d 'Tell a topic\'s alerts again'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "list" -d 'List the feeds'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "status" -d 'How each feed is, worst first'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "discover" -d 'Find the feeds of a site'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "add" -d 'Find the feed of a site and write it into the configuration'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "import" -d 'Add the feeds of a list that another reader exported (OPML)'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "export" -d 'Print the feeds as a list for other readers (OPML 2.0)'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "feed" -d 'What the parser makes of a feed, a sitemap or a list page'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "page" -d 'What the extractor makes of a page'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from copies" -f -a "list" -d 'List the copies, newest first'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from copies" -f -a "show" -d 'The text of a copy'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from copies" -f -a "export" -d 'Write a copy out: the records, the page, or its text'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from copies" -f -a "verify" -d 'Recompute every hash, and compare with the database and the alert log'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from log" -f -a "verify" -d 'Check the chain from the first line to the head'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from outbox" -f -a "list" -d 'Deliveries that wait or are parked, by sink, and why'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from outbox" -f -a "retry" -d 'Try what did not come through of an alert once more, now'
complete -c wireroom -n "__fish_wireroom_using_subcommand help; and __fish_seen_subcommand_from outbox" -f -a "replay" -d 'Send a sink what it was to be told since then, again'
