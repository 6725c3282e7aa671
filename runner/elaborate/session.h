// What the parts of one elaboration share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/elaborate/context.h"
#include "runner/elaborate/elaborate.h"
#include "runner/elaborate/library.h"
#include "runner/elaborate/problems.h"
#include "runner/elaborate/program.h"

namespace sutap::elaborate {

// What is known of a global besides what Program says.
struct GlobalFacts {
    bool is_tapset = false;
    std::optional<std::size_t> arity;  // by its first use
    Place arity_place;
    std::optional<std::string> set_text;         // by -G
    std::optional<std::int64_t> variance_shift;  // of its @variance
    LearnedType c_type;                          // of its value, or of each element's
};

// The C types that its calls give a function, and that it returns.
struct FunctionFacts {
    std::vector<LearnedType> parameters;
    LearnedType result;
};

struct PendingFunction {
    std::uint32_t index = 0;
    Declared<language::Function> declared;
};

struct Session {
    Session(const language::Script& script, language::SourceMap& source_map,
            const targets::Kernel& running_kernel, const ElaborateOptions& with)
        : sources(source_map),
          kernel(running_kernel),
          options(with),
          problems(with.warnings),
          library(script, source_map, with.library_context, problems) {}

    // The index in Program of a declaration, which is made if it is new.
    std::uint32_t global(const Declared<language::Global>& declared);
    // A new function is put on the list of those whose bodies are still to be bound.
    std::uint32_t function(const Declared<language::Function>& declared);
    // A function that calls a builtin without result and returns 0, for `count && exit()`.
    std::uint32_t valued(Builtin builtin);
    // Says an error if the global was used before with another number of indexes.
    void use_arity(std::uint32_t global, std::size_t arity, const Place& place);

    language::SourceMap& sources;
    const targets::Kernel& kernel;
    const ElaborateOptions& options;
    Problems problems;
    Library library;
    Program program;
    std::vector<GlobalFacts> global_facts;
    std::map<std::uint32_t, FunctionFacts> function_facts;             // by the index in Program
    std::map<std::string, const language::Function*> object_printers;  // by their text
    std::deque<PendingFunction> pending_functions;
    int functions_being_bound = 0;  // ahead of their turn
    bool is_refused = false;        // something is not of the user's own processes
    std::vector<std::string> notes;

  private:
    std::unordered_map<const language::Global*, std::uint32_t> global_index_;
    std::unordered_map<const language::Function*, std::uint32_t> function_index_;
    std::unordered_map<Builtin, std::uint32_t> valued_index_;
};

// The library's global of this name, if the script has come to use it: an index into
// Program::globals.
std::optional<std::uint32_t> library_global(const Session& session, std::string_view name);

}  // namespace sutap::elaborate
