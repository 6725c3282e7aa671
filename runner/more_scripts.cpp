#include "runner/more_scripts.h"

#include <dirent.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include "runner/limits.h"

namespace sutap {

namespace {

constexpr std::size_t largest_file = std::size_t{16} << 20U;

template <typename List>
void move_behind(List& list, List& more) {
    list.insert(list.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

Script read_script(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Script script{path, {}};
    std::array<char, 65536> buffer{};
    while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
        script.text.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
        if (script.text.size() > largest_file) {
            break;
        }
    }
    if (!file.eof()) {
        throw RequestError{"sutap-runner: cannot read " + path + "\n"};
    }
    return script;
}

}  // namespace

void append(language::Script& script, language::Script more) {
    move_behind(script.globals, more.globals);
    move_behind(script.functions, more.functions);
    move_behind(script.aliases, more.aliases);
    move_behind(script.probes, more.probes);
    move_behind(script.embedded, more.embedded);
}

void append_library(language::Script& script, language::Script more) {
    more.probes.clear();
    script.library_functions += more.functions.size();
    append(script, std::move(more));
}

std::vector<Script> scripts_of(const std::string& folder, std::string_view ending) {
    const std::unique_ptr<DIR, int (*)(DIR*)> opened(opendir(folder.c_str()), closedir);
    if (!opened) {
        throw RequestError{"sutap-runner: cannot read the folder " + folder + ": " +
                           strerrordesc_np(errno) + "\n"};
    }
    std::vector<std::string> names;
    while (const dirent* entry = readdir(opened.get())) {
        if (std::string_view(entry->d_name).ends_with(ending)) {
            names.emplace_back(entry->d_name);
        }
    }
    std::ranges::sort(names);
    std::vector<Script> scripts;
    for (const std::string& name : names) {
        scripts.push_back(read_script(folder + "/" + name));
    }
    return scripts;
}

bool defines_macro(std::string_view text, std::string_view name) {
    constexpr std::string_view keyword = "@define";
    constexpr std::string_view blanks = " \t\r\n";
    for (auto at = text.find(keyword); at != std::string_view::npos;
         at = text.find(keyword, at + 1)) {
        const auto start = text.find_first_not_of(blanks, at + keyword.size());
        const std::string_view rest = start == std::string_view::npos ? "" : text.substr(start);
        if (rest.starts_with(name) && rest.find_first_of(" \t\r\n(%", name.size()) == name.size()) {
            return true;
        }
    }
    return false;
}

}  // namespace sutap
