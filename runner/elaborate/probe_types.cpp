#include "runner/elaborate/probe_types.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "runner/targets/glob.h"

namespace sutap::elaborate {
namespace {

constexpr std::array<std::string_view, 68> types = {
    "begin",
    "begin(number)",
    "end",
    "end(number)",
    "error",
    "error(number)",
    "kernel.data(number).length(number).rw",
    "kernel.data(number).length(number).write",
    "kernel.data(number).rw",
    "kernel.data(number).write",
    "kernel.data(string).rw",
    "kernel.data(string).write",
    "kernel.function(string)",
    "kernel.function(string).call",
    "kernel.function(string).return",
    "kernel.function(string).return.maxactive(number)",
    "kernel.trace(string)",
    "kprobe.function(string)",
    "kprobe.function(string).call",
    "kprobe.function(string).return",
    "kprobe.function(string).return.maxactive(number)",
    "kprobe.module(string).function(string)",
    "kprobe.module(string).function(string).call",
    "kprobe.module(string).function(string).return",
    "kprobe.module(string).function(string).return.maxactive(number)",
    "module(string).function(string)",
    "module(string).function(string).call",
    "module(string).function(string).return",
    "module(string).function(string).return.maxactive(number)",
    "never",
    "oneshot",
    "perf.type(number).config(number)",
    "perf.type(number).config(number).hz(number)",
    "perf.type(number).config(number).sample(number)",
    "procfs.read",
    "procfs.read.maxsize(number)",
    "procfs.umask(number).read",
    "procfs.umask(number).read.maxsize(number)",
    "procfs.umask(number).write",
    "procfs.write",
    "procfs(string).read",
    "procfs(string).read.maxsize(number)",
    "procfs(string).umask(number).read",
    "procfs(string).umask(number).read.maxsize(number)",
    "procfs(string).umask(number).write",
    "procfs(string).write",
    "timer.hz(number)",
    "timer.jiffies(number)",
    "timer.jiffies(number).randomize(number)",
    "timer.ms(number)",
    "timer.ms(number).randomize(number)",
    "timer.msec(number)",
    "timer.msec(number).randomize(number)",
    "timer.ns(number)",
    "timer.ns(number).randomize(number)",
    "timer.nsec(number)",
    "timer.nsec(number).randomize(number)",
    "timer.profile",
    "timer.profile.freq.hz(number)",
    "timer.profile.tick",
    "timer.s(number)",
    "timer.s(number).randomize(number)",
    "timer.sec(number)",
    "timer.sec(number).randomize(number)",
    "timer.us(number)",
    "timer.us(number).randomize(number)",
    "timer.usec(number)",
    "timer.usec(number).randomize(number)",
};

std::string_view parentheses(const language::ProbeComponent& component) {
    if (!component.argument) {
        return "";
    }
    return std::holds_alternative<std::string>(component.argument->value) ? "(string)" : "(number)";
}

// A component of a form without what stands in its parentheses.
std::string_view plain_name(std::string_view form) {
    return form.substr(0, form.find('('));
}

}  // namespace

std::span<const std::string_view> probe_types() {
    return types;
}

std::vector<std::string> component_forms(const std::vector<language::ProbeComponent>& components,
                                         std::size_t index) {
    std::vector<std::string> forms;
    for (std::string_view rest : types) {
        bool leads_there = true;
        for (std::size_t at = 0; leads_there && at < index; ++at) {
            const std::size_t dot = rest.find('.');
            leads_there = dot != std::string_view::npos &&
                          plain_name(rest.substr(0, dot)) == components[at].name;
            rest = leads_there ? rest.substr(dot + 1) : rest;
        }
        const std::string form(rest.substr(0, rest.find('.')));
        if (leads_there && std::find(forms.begin(), forms.end(), form) == forms.end()) {
            forms.push_back(form);
        }
    }
    return forms;
}

std::vector<std::vector<language::ProbeComponent>> matching_forms(
    const std::vector<language::ProbeComponent>& components) {
    std::vector<std::vector<language::ProbeComponent>> found;
    for (std::string_view rest : types) {
        std::vector<language::ProbeComponent> form = components;
        bool matches = true;
        for (language::ProbeComponent& component : form) {
            const std::string_view part = rest.substr(0, rest.find('.'));
            const std::string_view name = plain_name(part);
            matches = matches && !part.empty() && targets::matches_glob(component.name, name) &&
                      part.substr(name.size()) == parentheses(component);
            component.name = name;
            rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        }
        if (matches && rest.empty()) {
            found.push_back(std::move(form));
        }
    }
    return found;
}

}  // namespace sutap::elaborate
