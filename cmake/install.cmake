# SPDX-License-Identifier: GPL-3.0-or-later
# What cmake --install puts below the prefix: programs in bin, what they read in share/assay, laid out as in this tree, so
# that links between pages hold. The executable finds share/assay beside the bin it lies in (harness/cli/main.c).
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # tests and other adapters need not be built
set(assay_share share/assay)

# A build tree is laid out as an installed one; its data are the sources.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share)
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/share/assay SYMBOLIC)

install(TARGETS assay assay-reference assay-flawed assay-gatekeeper assay-proxy RUNTIME DESTINATION bin)

install(FILES README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE DESTINATION ${assay_share})
install(FILES LICENSES/0BSD.txt LICENSE DESTINATION ${assay_share}/LICENSES)
install(FILES LICENSES/copyright DESTINATION share/doc/assay)
install(DIRECTORY suites docs DESTINATION ${assay_share} PATTERN docs/site EXCLUDE)
install(FILES ci/gitlab.yml action.yml DESTINATION ${assay_share}/ci)
install(PROGRAMS ci/steps.sh DESTINATION ${assay_share}/ci)
install(DIRECTORY proto vectors DESTINATION ${assay_share}
    FILES_MATCHING PATTERN *.proto PATTERN *.json PATTERN *.md PATTERN MANIFEST)
install(DIRECTORY adapters/serving adapters/serving-node DESTINATION ${assay_share}/adapters
    FILES_MATCHING PATTERN *.mjs PATTERN *.[ch])
# What the skeletons of `assay init` are copied from, beside docs/examples (harness/cli/cmd_init.c).
foreach(name callbacks.c group.c keys.c library_log.c library_log.h party.c party.h provider.c provider.h store.c store.h)
    install(FILES adapters/reference/${name} DESTINATION ${assay_share}/adapters/reference)
endforeach()
foreach(name bundle ciphers party quantum reasons snapshot stores)
    install(FILES adapters/libsignal-node/${name}.mjs DESTINATION ${assay_share}/adapters/libsignal-node)
endforeach()
# What changed in libsignal-client from version to version; pages lead to it.
install(FILES adapters/libsignal-node/README.md DESTINATION ${assay_share}/adapters/libsignal-node)
install(DIRECTORY reports/schema DESTINATION ${assay_share}/reports)
foreach(adapter reference flawed)
    install(DIRECTORY adapters/${adapter} DESTINATION ${assay_share}/adapters
        FILES_MATCHING PATTERN known-failures*.txt PATTERN claims*.xml PATTERN client EXCLUDE)
endforeach()

# Pages and completions, made from the tables of commands and options.
set(made ${PROJECT_BINARY_DIR}/made)
function(assay_made name destination as)
    add_custom_command(OUTPUT ${made}/${name}
        COMMAND assay completion ${ARGN} > ${made}/${name}
        DEPENDS assay VERBATIM)
    install(FILES ${made}/${name} DESTINATION ${destination} RENAME ${as})
    set(assay_all_made ${assay_all_made} ${made}/${name} PARENT_SCOPE)
endfunction()
file(MAKE_DIRECTORY ${made})
assay_made(assay.1 share/man/man1 assay.1 man)
assay_made(assay.bash share/bash-completion/completions assay bash)
assay_made(assay.zsh share/zsh/vendor-completions _assay zsh)
assay_made(assay.fish share/fish/vendor_completions.d assay.fish fish)
add_custom_target(assay_made_all ALL DEPENDS ${assay_all_made})

# Everything that is installed, and nothing else.
add_custom_target(installed)
add_dependencies(installed assay assay-reference assay-flawed assay-gatekeeper assay-proxy assay_made_all)
