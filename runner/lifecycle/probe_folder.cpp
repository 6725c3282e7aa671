#include "runner/lifecycle/probe_folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runner/limits.h"

namespace sutap {

namespace {

constexpr mode_t folder_mode = 0711;  // .umask() may let others in

constexpr int most_attempts = 1000;

// A folder that is ours and that nobody else may write to, made if need be; none if it, or the one
// that it is to be in, was taken away meanwhile.
Descriptor open_folder(int parent, const std::string& name, const std::string& path) {
    if (mkdirat(parent, name.c_str(), folder_mode) != 0 && errno != EEXIST) {
        if (errno == ENOENT) {
            return {};
        }
        fail_at_files("make the folder " + path);
    }
    Descriptor folder(
        openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder && errno == ENOENT) {
        return {};
    }
    struct stat status {};
    if (!folder || fstat(folder.get(), &status) != 0) {
        fail_at_files("open the folder " + path);
    }
    if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        throw RequestError{"sutap-runner: " + path +
                           " is not a folder that only you can write to: procfs files cannot be "
                           "made there\n"};
    }
    // The umask is the caller's.
    if (fchmod(folder.get(), folder_mode) != 0) {
        fail_at_files("open the folder " + path);
    }
    return folder;
}

}  // namespace

void fail_at_files(const std::string& what) {
    throw RequestError{"sutap-runner: cannot " + what + ": " + strerrordesc_np(errno) + "\n"};
}

ProbeFolder::ProbeFolder(const std::string& session) : session_(session) {
    const std::string common = "sutap-" + std::to_string(geteuid());
    const Descriptor parent(open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent) {
        fail_at_files("open /tmp");
    }
    path_ = "/tmp/" + common + "/" + session;
    // The last of our sessions to end takes the common folder away, at any moment.
    for (int attempt = 0; !folder_ && attempt < most_attempts; ++attempt) {
        common_folder_ = open_folder(parent.get(), common, "/tmp/" + common);
        if (common_folder_) {
            folder_ = open_folder(common_folder_.get(), session, path_);
        }
    }
    if (!folder_) {
        errno = ENOENT;
        fail_at_files("make the folder " + path_);
    }
    // A folder without a session is what was left of one that was killed.
    if (flock(folder_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw RequestError{"sutap-runner: a session named " + session + " is running\n"};
    }
}

ProbeFolder::~ProbeFolder() {
    for (const std::string& name : names_) {
        unlinkat(folder_.get(), name.c_str(), 0);
        unlinkat(folder_.get(), unpublished(name).c_str(), 0);
        std::string parent = name;
        for (auto slash = parent.rfind('/'); slash != std::string::npos;
             slash = parent.rfind('/')) {
            parent.resize(slash);
            unlinkat(folder_.get(), parent.c_str(), AT_REMOVEDIR);
        }
    }
    unlinkat(common_folder_.get(), session_.c_str(), AT_REMOVEDIR);
    // Fails, rightly, while another session has files.
    const Descriptor parent(open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    unlinkat(parent.get(), ("sutap-" + std::to_string(geteuid())).c_str(), AT_REMOVEDIR);
}

void ProbeFolder::expect(const std::string& name) {
    names_.push_back(name);
    for (auto slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
        const std::string parent = name.substr(0, slash);
        if ((mkdirat(folder_.get(), parent.c_str(), folder_mode) != 0 && errno != EEXIST) ||
            fchmodat(folder_.get(), parent.c_str(), folder_mode, 0) != 0) {
            fail_at_files("make the folder " + parent + " of a procfs file");
        }
    }
}

void ProbeFolder::publish(const std::string& name) {
    if (renameat(folder_.get(), unpublished(name).c_str(), folder_.get(), name.c_str()) != 0) {
        fail_at_files("make the procfs file " + name);
    }
}

}  // namespace sutap
