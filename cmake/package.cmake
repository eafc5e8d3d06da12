# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package (./dev package).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME assay)
set(CPACK_PACKAGE_VENDOR "assay")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "conformance tests for encrypted-messaging interoperability")
set(CPACK_PACKAGE_DESCRIPTION
    "Drives an implementation of an encrypted messenger over a socket, sends it honest, mutated and hostile bytes at every
layer, and says, requirement by requirement, what it did with them. For providers that open up to others under
Article 7 of the EU Digital Markets Act.")
set(CPACK_PACKAGE_CONTACT "assay maintainers <maintainers@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
