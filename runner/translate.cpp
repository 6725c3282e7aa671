#include "runner/translate.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <set>

#include "runner/bpf/emit.h"
#include "runner/doctor.h"
#include "runner/elaborate/address_flow.h"
#include "runner/elaborate/dump.h"
#include "runner/elaborate/elaborate.h"
#include "runner/elaborate/inventory.h"
#include "runner/ir/lower.h"
#include "runner/language/diagnostics.h"
#include "runner/language/parser.h"
#include "runner/language/printer.h"
#include "runner/listing.h"
#include "runner/more_scripts.h"
#include "runner/pass_clock.h"
#include "runner/requirements.h"
#include "runner/tapset/tapset.h"
#include "runner/targets/kernel.h"
#include "runner/targets/kernel_configuration.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

using language::Diagnostic;

constexpr int failure_status = 1;
constexpr int refused_status = 126;  // by the policy
// The kernel lets no loop go round more often (BPF_MAX_LOOPS).
constexpr std::uint32_t least_kernel_string = 16;  // holds a task's name
constexpr std::uint32_t most_rounds = (1U << 23U) - 1;

// A pass ended with errors, which have been printed.
struct PassFailure {
    int exit_status = 1;
};

bool stderr_has_colour() {
    const char* terminal = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

std::string count_of(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// What the --dump-… options print; nullopt: not asked for.
std::optional<std::string> inventory(options::Action action) {
    switch (action) {
        case options::Action::dump_probe_types:
            return elaborate::list_probe_types();
        case options::Action::dump_probe_aliases:
            return elaborate::list_probe_aliases();
        case options::Action::dump_functions:
            return elaborate::list_functions(targets::Kernel());
        default:
            return std::nullopt;
    }
}

language::ParseContext parse_context(const options::Options& options, bool is_on_behalf) {
    language::ParseContext context;
    context.arguments = options.arguments;
    context.pastes_numbers_only = is_on_behalf;
    context.guru = options.guru;
    utsname system{};
    if (uname(&system) == 0) {
        context.kernel_release = system.release;
        context.architecture = system.machine;
    }
    context.kernel_release = options.release.value_or(context.kernel_release);
    const auto configuration = std::make_shared<targets::KernelConfiguration>(
        targets::KernelConfiguration::usual_paths(context.kernel_release));
    context.kernel_configuration = [configuration](const std::string& name) {
        return configuration->value(name);
    };
    if (!options.compatible_version.empty()) {
        context.systemtap_version = options.compatible_version;
    }
    return context;
}

// One translation, pass by pass.
class Translation {
  public:
    Translation(const TranslateRequest& request, int output)
        : request_(request), options_(request.options), output_(output) {}

    int run() {
        parse_script();
        if (options_.last_pass == 1) {
            report_parsed(0);
            write_all(STDOUT_FILENO,
                      "# parse tree dump\n# file " + request_.script.name + "\n" + tree_);
            return 0;
        }
        analyze();
        if (options_.last_pass == 2) {
            write_all(STDOUT_FILENO,
                      elaborate::dump(elaborated_.program, options_.verbosity_of(2) > 0));
            return 0;
        }
        if (!elaborated_.program.unmade_global.empty()) {
            return refuse_to_run();
        }
        place();
        if (options_.action == options::Action::check) {
            emit();
            write_all(STDOUT_FILENO,
                      requirements(request_.script.name, image_, shown_positions(), least_scope()));
            return 0;
        }
        if (options_.last_pass == 3) {
            return 0;
        }
        emit();
        if (options_.last_pass == 5) {
            const std::vector<std::uint8_t> bytes = bpf::serialize(image_);
            write_all(output_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        }
        return 0;
    }

    // Errors are not shown: what cannot be resolved does not match.
    int list() {
        const std::string& pattern = *options_.list_pattern;
        const bool with_variables = options_.action == options::Action::list_probes_with_variables;
        std::set<std::string> lines = list_probes(kernel_, pattern, with_variables);
        if (lines.empty()) {
            Listed listed = list_pattern(pattern, with_variables);
            lines = std::move(listed.lines);
            // One that cannot be had must not hide the others.
            for (const std::string& definition : listed.failed) {
                lines.merge(list_pattern(definition, with_variables).lines);
            }
        }
        std::string text;
        for (const std::string& line : lines) {
            text += line + "\n";
        }
        write_all(STDOUT_FILENO, text);
        return lines.empty() ? 1 : 0;
    }

  private:
    struct Listed {
        std::set<std::string> lines;
        std::set<std::string> failed;  // what the pattern stands for, if not all of it can be had
    };
    Listed list_pattern(const std::string& pattern, bool with_variables) {
        const auto take = [&](const std::string& text) {
            return language::parse(sources_, sources_.add("<input>", text), parsing());
        };
        language::ParseResult parsed = take("probe " + pattern + " { }");
        for (const std::string& text : options_.additional_scripts) {
            append_library(parsed.script, take(text).script);
        }
        elaborate::ElaborateOptions options = elaborate_options();
        options.keep_unused = true;
        const elaborate::Elaborated found =
            elaborate::elaborate(parsed.script, sources_, kernel_, options);
        // One probe with one point: nothing but the pattern was there to be parsed.
        Listed listed;
        if (!parsed.diagnostics.empty() || parsed.script.probes.size() != 1 ||
            parsed.script.probes[0].points.size() != 1) {
            return listed;
        }
        if (!found.failed()) {
            listed.lines = list_resolved(found.program, with_variables);
        }
        for (const elaborate::Probe& probe : found.program.probes) {
            if (found.failed() && probe.definition != pattern) {
                listed.failed.insert(probe.definition);
            }
        }
        return listed;
    }
    void report(std::size_t pass, const std::string& line) const {
        if (options_.verbosity_of(pass) > 0) {
            write_all(STDERR_FILENO, line + " " + clock_.memory_and_times() + "\n");
        }
    }
    void report_parsed(std::size_t library_items) const {
        if (options_.verbosity_of(1) > 0) {
            write_all(STDERR_FILENO, "Pass 1: parsed user script and " +
                                         count_of(library_items, "library script") + " " +
                                         parse_times_ + "\n");
        }
    }

    std::vector<std::string> shown_positions() const {
        std::vector<std::string> positions;
        for (const Diagnostic& one : shown_addresses_) {
            positions.push_back(language::position(one.place, sources_));
        }
        return positions;
    }
    // Would it be allowed to somebody who may look at his own processes alone?
    std::string least_scope() {
        elaborate::ElaborateOptions options = elaborate_options();
        options.own_processes = true;
        const elaborate::Elaborated own = elaborate::elaborate(script_, sources_, kernel_, options);
        const auto& refusals = own.is_refused ? own.diagnostics : shown_addresses_;
        const auto first = std::ranges::find_if(
            refusals, [](const Diagnostic& one) { return one.kind != Diagnostic::Kind::warning; });
        return first == refusals.end()
                   ? "own"
                   : "system, because of " + language::position(first->place, sources_);
    }
    int refuse_to_run() const {
        if (options_.last_pass < 5) {
            return 0;
        }
        write_all(STDERR_FILENO,
                  "ERROR: global variable '" + elaborated_.program.unmade_global +
                      "' allocation failed\n" +
                      (options_.quiet ? "" : "Pass 5: run failed.  [man error::pass5]\n"));
        return 1;
    }
    // Prints them; ends the pass if one is an error, or a warning under -W.
    void print(const std::vector<Diagnostic>& diagnostics, const std::string& failed,
               int status = failure_status) {
        bool is_failure = false;
        std::size_t parse_errors = 0;
        std::string text;
        for (const Diagnostic& diagnostic : diagnostics) {
            const bool is_warning = diagnostic.kind == Diagnostic::Kind::warning;
            if (!is_warning || !options_.suppresses_warnings) {
                text += language::render(diagnostic, sources_,
                                         options_.uses_colour.value_or(stderr_has_colour()));
            }
            parse_errors += diagnostic.kind == Diagnostic::Kind::parse_error ? 1 : 0;
            is_failure = is_failure || !is_warning || options_.warnings_are_errors;
        }
        if (parse_errors > 0) {
            text += count_of(parse_errors, "parse error") + ".\n";
        }
        if (is_failure && !options_.quiet) {
            text += failed;
        }
        write_all(STDERR_FILENO, text);
        if (is_failure) {
            throw PassFailure{status};
        }
    }

    // The text that defines a macro of the folders of -I, or of the library.
    std::optional<std::uint32_t> library_macro(std::string_view name) {
        if (!macro_files_) {
            macro_files_.emplace();
            for (const std::string& folder : options_.tapset_folders) {
                for (Script& file : scripts_of(folder, ".stpm")) {
                    macro_files_->push_back(std::move(file));
                }
            }
        }
        for (const Script& file : *macro_files_) {
            if (defines_macro(file.text, name)) {
                return sources_.add(file.name, file.text);
            }
        }
        const auto found = tapset::find(tapset::Item::Kind::macro, name);
        if (found.empty()) {
            return std::nullopt;
        }
        const tapset::Item& macro = found.front();
        return sources_.add(std::string(macro.file), std::string(macro.text), macro.line);
    }

    language::ParseContext parsing() {
        language::ParseContext context = parse_context(options_, request_.is_on_behalf);
        context.library_macro = [this](std::string_view name) { return library_macro(name); };
        return context;
    }

    void parse_script() {
        std::vector<Diagnostic> diagnostics;
        const auto take = [&](const Script& text, const language::ParseContext& context) {
            language::ParseResult parsed =
                language::parse(sources_, sources_.add(text.name, text.text), context);
            std::ranges::move(parsed.diagnostics, std::back_inserter(diagnostics));
            return std::move(parsed.script);
        };
        script_ = take(request_.script, parsing());
        for (const std::string& text : options_.additional_scripts) {
            append(script_, take({"<input>", text}, parsing()));
        }
        if (options_.last_pass == 1) {
            tree_ = language::print(script_);  // of the script alone, without libraries
        }
        for (const std::string& folder : options_.tapset_folders) {
            for (const Script& file : scripts_of(folder, ".stp")) {
                language::ParseContext context = parsing();
                context.arguments.clear();
                append_library(script_, take(file, context));
            }
        }
        print(diagnostics, "Pass 1: parse failed.  [man error::pass1]\n");
        // Library items are parsed when elaboration first needs them, so their number comes later.
        parse_times_ = clock_.memory_and_times();
        clock_.restart();
    }

    void analyze() {
        const elaborate::ElaborateOptions options = elaborate_options();
        elaborated_ = elaborate::elaborate(script_, sources_, kernel_, options);
        report_parsed(elaborated_.library_items);
        print(elaborated_.diagnostics, "Pass 2: analysis failed.  [man error::pass2]\n",
              elaborated_.is_refused ? refused_status : failure_status);
        const elaborate::Program& program = elaborated_.program;
        report(2, "Pass 2: analyzed script: " + count_of(program.probes.size(), "probe") + ", " +
                      count_of(program.functions.size(), "function") + ", 0 embeds, " +
                      count_of(program.globals.size(), "global"));
        clock_.restart();
        const bool is_check = options_.action == options::Action::check;
        if (request_.hides_addresses || is_check) {
            shown_addresses_ = elaborate::find_shown_addresses(program, sources_);
        }
        if (!is_check) {
            print(shown_addresses_, "Pass 2: analysis failed.  [man error::pass2]\n",
                  refused_status);
        }
    }

    elaborate::ElaborateOptions elaborate_options() {
        elaborate::ElaborateOptions options;
        options.guru = options_.guru;
        options.keep_unused = options_.keeps_unused;
        options.string_size = request_.limits.string_size;
        options.warnings = !options_.suppresses_warnings;
        options.skip_bad_variables = options_.skips_bad_variables;
        options.own_processes = request_.is_own_scope;
        options.arguments = options_.arguments;
        options.global_values.insert(options_.globals.begin(), options_.globals.end());
        options.library_context = parsing();
        options.library_context.arguments.clear();
        return options;
    }
    static ir::Place place_of(options::PlaceChoice choice) {
        switch (choice) {
            case options::PlaceChoice::kernel:
                return ir::Place::kernel;
            case options::PlaceChoice::user:
                return ir::Place::user;
            case options::PlaceChoice::automatic:
                break;
        }
        return ir::Place::automatic;
    }

    void place() {
        lowered_ = ir::lower(elaborated_.program, sources_, place_of(options_.place));
        print(lowered_.diagnostics, "Pass 3: translation failed.  [man error::pass3]\n");
        report(3, "Pass 3: placed " + count_of(lowered_.user.handlers.size(), "handler") + ", " +
                      std::to_string(lowered_.kernel.size()) + " of them on kernel events, " +
                      std::to_string(std::ranges::count(lowered_.kernel, true,
                                                        &ir::KernelHandler::is_tallied)) +
                      " that only count");
        clock_.restart();
    }

    void emit() {
        const Limits& limits = request_.limits;
        bpf::EmitOptions options;
        // The kernel's copies are cut to the exact length in user space.
        options.string_size = std::max(least_kernel_string, (limits.string_size + 7) / 8 * 8);
        options.ring_bytes = limits.ring_bytes;
        options.max_actions = std::min(limits.max_actions, most_rounds);
        options.has_deadline = request_.has_deadline;
        options.kprobe_alternatives = request_.may_open_perf_events;
        options.has_kprobe_multi =
            lowered_.kernel.size() >= options.least_shared && kernel_.has_kprobe_multi();
        if (const auto names =
                options.has_kprobe_multi ? kernel_.traceable_functions() : std::nullopt) {
            options.is_traceable = [names](const std::string& name) {
                return names->contains(name);
            };
        }
        image_ = bpf::emit(std::move(lowered_), options);
        image_.string_size = limits.string_size;
        image_.max_actions = limits.max_actions;
        image_.max_actions_begin = limits.max_actions_begin;
        image_.max_errors = limits.max_errors;
        image_.max_skipped = limits.max_skipped;
        image_.max_map_entries = limits.max_map_entries;
        image_.notes.insert(image_.notes.begin(), elaborated_.notes.begin(),
                            elaborated_.notes.end());
        std::size_t instructions = 0;
        for (const bpf::Program& program : image_.programs) {
            instructions += program.instructions.size();
        }
        report(4, "Pass 4: emitted " + count_of(image_.programs.size(), "BPF program") + " of " +
                      count_of(instructions, "instruction") + " and " +
                      count_of(image_.maps.size(), "map"));
    }

    const TranslateRequest& request_;
    const options::Options& options_;
    int output_;
    language::SourceMap sources_;
    targets::Kernel kernel_;
    PassClock clock_;
    std::string parse_times_;
    language::Script script_;
    std::string tree_;
    std::optional<std::vector<Script>> macro_files_;  // of -I, once they are needed
    elaborate::Elaborated elaborated_;
    std::vector<Diagnostic> shown_addresses_;  // where they would be
    ir::Lowered lowered_;
    bpf::Image image_;
};

}  // namespace

int translate(const TranslateRequest& request, int output) {
    try {
        if (request.options.action == options::Action::doctor) {
            const Diagnosis diagnosis = examine_machine();
            write_all(STDOUT_FILENO, diagnosis.text);
            return diagnosis.can_trace ? 0 : 1;
        }
        if (const auto text = inventory(request.options.action)) {
            write_all(STDOUT_FILENO, *text);
            return 0;
        }
        Translation translation(request, output);
        return request.options.list_pattern ? translation.list() : translation.run();
    } catch (const PassFailure& failure) {
        return failure.exit_status;
    } catch (const targets::TargetError& error) {
        complain(error.message);
        return failure_status;
    } catch (const bpf::EmitError& error) {
        write_all(STDERR_FILENO, "semantic error: " + error.message +
                                     "\nPass 4: compilation failed.  [man error::pass4]\n");
        return 1;
    }
}

}  // namespace sutap
