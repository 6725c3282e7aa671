#include "policies/trusted_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace sutap::policy {
namespace {

constexpr std::size_t most_account_bytes = std::size_t{16} << 20;

std::optional<std::vector<std::string>> policy_names(const Descriptor& folder) {
    Descriptor listing = open_without_links(folder.number(), ".", O_RDONLY | O_DIRECTORY);
    if (!listing) return std::nullopt;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(listing.number()), closedir);
    if (!stream) return std::nullopt;
    listing.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(stream.get()))
        if (is_policy_name(entry->d_name)) names.emplace_back(entry->d_name);
    if (errno != 0) return std::nullopt;
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

bool is_policy_name(std::string_view name) {
    return name.size() > 5 && name[0] != '.' && name.substr(name.size() - 5) == ".toml";
}

std::string error_text() {
    const char* text = strerrordesc_np(errno);
    return text ? text : "unknown error";
}

Descriptor open_without_links(int folder, const char* name, int flags, mode_t mode) {
    open_how how = {};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_NO_SYMLINKS;
    return Descriptor(static_cast<int>(syscall(SYS_openat2, folder, name, &how, sizeof how)));
}

std::string why_not_trusted(const struct stat& status) {
    if (status.st_uid != 0) return "not owned by root";
    if (status.st_mode & (S_IWGRP | S_IWOTH)) return "writable by others than root";
    return {};
}

Opened open_trusted_folder(std::string_view path) {
    Opened folder{open_without_links(AT_FDCWD, "/", O_PATH | O_DIRECTORY), {}, {}};
    for (std::size_t at = 0; folder.descriptor;) {
        if (fstat(folder.descriptor.number(), &folder.status) != 0) break;
        const std::string problem = why_not_trusted(folder.status);
        if (!problem.empty())
            return {{},
                    std::string(path.substr(0, std::max<std::size_t>(at, 1))) + " is " + problem,
                    {}};
        const std::size_t begin = std::min(path.find_first_not_of('/', at), path.size());
        if (begin == path.size()) return folder;
        at = std::min(path.find('/', begin), path.size());
        const std::string part(path.substr(begin, at - begin));
        folder.descriptor =
            open_without_links(folder.descriptor.number(), part.c_str(), O_PATH | O_DIRECTORY);
    }
    return {{}, error_text(), {}};
}

Opened open_trusted_file(const std::string& path) {
    return open_trusted_file(open_trusted_folder(path.substr(0, path.rfind('/'))), path);
}

Opened open_trusted_file(const Opened& folder, const std::string& path) {
    if (!folder.descriptor) return {{}, folder.problem, {}};
    Opened file{open_without_links(folder.descriptor.number(), path.c_str() + path.rfind('/') + 1,
                                   O_RDONLY | O_NONBLOCK | O_NOCTTY),
                {},
                {}};
    if (!file.descriptor || fstat(file.descriptor.number(), &file.status) != 0)
        return {{}, error_text(), {}};
    file.problem = S_ISREG(file.status.st_mode) ? why_not_trusted(file.status) : "no regular file";
    if (!file.problem.empty()) return {{}, path + " is " + file.problem, {}};
    return file;
}

std::optional<std::string> read_all(const Descriptor& file, std::size_t most) {
    std::string content;
    std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t count = read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) return content;
        if (count < 0 || content.size() + static_cast<std::size_t>(count) > most)
            return std::nullopt;
        content.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::optional<std::string> read_trusted(const Opened& folder, const std::string& path,
                                        std::size_t most, std::string& problem) {
    const Opened file = open_trusted_file(folder, path);
    std::optional<std::string> text;
    problem = file.problem.empty() ? "unreadable, too long or of several names" : file.problem;
    if (file.descriptor && file.status.st_nlink == 1) text = read_all(file.descriptor, most);
    return text;
}

ParsedPolicy read_policy(const std::string& path) {
    ParsedPolicy broken;
    const Opened folder = open_trusted_folder(path);
    const auto names = folder.descriptor ? policy_names(folder.descriptor) : std::nullopt;
    if (!names)
        broken.errors.push_back({{path}, folder.descriptor ? "can't be listed" : folder.problem});
    std::vector<PolicyText> texts;
    for (const std::string& name : names.value_or(std::vector<std::string>())) {
        PolicyError error{{path + "/" + name}, {}};
        if (auto text = read_trusted(folder, error.place.file, most_policy_bytes, error.text))
            texts.push_back({error.place.file, std::move(*text)});
        else
            broken.errors.push_back(error);
    }
    return broken.errors.empty() ? parse_policy(texts) : broken;
}

std::optional<Accounts> read_accounts(std::string& problem) {
    const Opened folder = open_trusted_folder("/etc");
    const auto users = read_trusted(folder, "/etc/passwd", most_account_bytes, problem);
    const auto groups =
        users ? read_trusted(folder, "/etc/group", most_account_bytes, problem) : std::nullopt;
    if (!groups) return std::nullopt;
    return Accounts{parse_accounts(*users), parse_accounts(*groups)};
}

}  // namespace sutap::policy
